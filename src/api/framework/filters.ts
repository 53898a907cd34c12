import { type SqlBool, sql } from 'kysely'
import { type TSchema, Type } from 'typebox'
import { anyOf, compare, condition, type FilterClause } from '../../db/pagination.js'
import type { Database } from '../../db/schema.js'
import { findProjects } from '../../domain/projects/projects.js'
import { findState, listStateIds, slugOfName } from '../../domain/states/states.js'
import { Invalid } from '../../util/errors.js'
import { isSince, type Version } from './versions.js'

/** What a query parameter means. */
export interface Filter {
  /** One value of it, for the documentation. */
  readonly schema: TSchema
  /** Given several times it means any of them; else the last one counts. */
  readonly isMultiple?: boolean
  /** The criteria that `values` stand for; one that nothing meets, where no row can fit. */
  criteria(db: Database, values: string[], column: string, version: Version): Promise<FilterClause[]>
}

/** A condition that nothing meets: what is unknown or blank narrows a list down to none. */
const MATCHES_NOTHING = [condition('nothing', sql`1 = 0`)]

const NUMBER = /^\d{1,9}$/

function isNumber(text: string): boolean {
  return NUMBER.test(text)
}

/** What is wrong with a parameter: of those that deployed clients know, nothing ever is. */
function wrong(parameter: string, sentence: string): Invalid {
  return new Invalid(sentence, { [parameter]: [sentence] })
}

/** Any of the rows that the values name; if one names none, nothing. */
function byReference(resolve: (db: Database, value: string) => Promise<number[]>): Filter {
  return {
    schema: Type.String(),
    isMultiple: true,
    async criteria(db, values, column) {
      const found: number[] = []
      for (const value of values) {
        const ids = value === '' ? [] : await resolve(db, value)
        if (ids.length === 0) return MATCHES_NOTHING
        found.push(...ids)
      }
      return [anyOf(db, column, found)]
    },
  }
}

/** By number or by link name, whatever its case. */
export const project: Filter = byReference(async (db, value) => {
  const wanted = value.toLowerCase()
  const found = await findProjects(db, ({ id, link_name }) =>
    isNumber(value) ? id === Number(value) : link_name.toLowerCase() === wanted,
  )
  return found.map(({ id }) => id)
})

/** By number, name or slug, whatever its case: `Under Review`, `under-review`. */
export const state: Filter = byReference(async (db, value) => {
  const found = await findState(db, slugOfName(value))
  return found ? [found.id] : []
})

/** By number or mail address, whatever its case. */
export const person: Filter = byReference(async (db, value) => {
  const rows = await db
    .selectFrom('people')
    .select('id')
    .where(
      isNumber(value)
        ? sql<SqlBool>`id = ${Number(value)}`
        : sql<SqlBool>`email_key = ${value.toLowerCase()}`,
    )
    .execute()
  return rows.map(({ id }) => id)
})

/** By number or user name, whatever its case. */
export const user: Filter = byReference(async (db, value) => {
  const rows = await db
    .selectFrom('users')
    .select('id')
    .where(
      isNumber(value)
        ? sql<SqlBool>`id = ${Number(value)}`
        : sql<SqlBool>`lower(username) = ${value.toLowerCase()}`,
    )
    .execute()
  return rows.map(({ id }) => id)
})

/** By number. */
export const series: Filter = byReference(async (db, value) => {
  if (!isNumber(value)) return []
  const rows = await db.selectFrom('series').select('id').where('id', '=', Number(value)).execute()
  return rows.map(({ id }) => id)
})

/** The covers of series that are named by number. */
export const coverOfSeries: Filter = byReference(async (db, value) => {
  if (!isNumber(value)) return []
  const rows = await db.selectFrom('series').select('cover_id').where('id', '=', Number(value)).execute()
  // A series without a cover is known all the same: beside another one it narrows nothing down.
  return rows.map(({ cover_id }) => cover_id ?? 0)
})

/** The last of the values decides, unless it is blank. */
function single(schema: TSchema, build: (value: string, column: string, version: Version) => FilterClause[]) {
  const filter: Filter = {
    schema,
    async criteria(_, values, column, version) {
      const value = values.at(-1) ?? ''
      return value === '' ? [] : build(value, column, version)
    },
  }
  return filter
}

/** A number; anything else fits nothing. */
export const number: Filter = single(Type.Integer({ minimum: 0 }), (value, column) =>
  isNumber(value) ? [compare(column, '=', Number(value))] : MATCHES_NOTHING,
)

/** The largest number that a row can have. */
const MAX_INTEGER = 2_147_483_647

/** Larger than a number. Throws Invalid for anything else: a client that follows events must not miss them silently. */
export const after: Filter = single(Type.Integer({ minimum: 0 }), (value, column) => {
  if (!/^\d{1,20}$/.test(value)) throw wrong('after', 'A whole number from 0 on is required.')
  return [compare(column, '>', Math.min(Number(value), MAX_INTEGER))]
})

const TRUE = new Set(['true', 'True', '1'])
const FALSE = new Set(['false', 'False', '0'])

/** Yes or no as Python and JSON write them; undefined for what is neither. */
function toBoolean(value: string): boolean | undefined {
  if (TRUE.has(value)) return true
  return FALSE.has(value) ? false : undefined
}

/** Yes or no; what is neither is ignored. */
export const flag: Filter = single(Type.Boolean(), (value, column) => {
  const wanted = toBoolean(value)
  return wanted === undefined ? [] : [compare(column, '=', wanted ? 1 : 0)]
})

/** By whether the state asks somebody to act. Throws Invalid for what is neither yes nor no. */
export const actionRequired: Filter = {
  schema: Type.Boolean(),
  async criteria(db, values, column) {
    const value = values.at(-1) ?? ''
    if (value === '') return []
    const wanted = toBoolean(value)
    if (wanted === undefined) throw wrong('action_required', 'Must be a valid boolean.')
    return [anyOf(db, column, await listStateIds(db, wanted))]
  },
}

/** The very text. */
export const text: Filter = single(Type.String(), (value, column) => [compare(column, '=', value)])

/** Hashes are written in either case. */
export const hash: Filter = single(Type.String(), (value, column) => [
  compare(column, '=', value.toLowerCase()),
])

/** Message ids go without their brackets; since 1.4 also with them. */
export const messageId: Filter = single(Type.String(), (value, column, version) => {
  const isBare = !isSince(version, '1.4') || !value.startsWith('<') || !value.endsWith('>')
  return [compare(column, '=', isBare ? `<${value}>` : value)]
})

const TIME =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/

const Moment = Type.String({
  description:
    'A date, perhaps with a time: `2026-11-23`, `2026-11-23T10:00:00`. UTC unless it names another zone.',
  pattern: TIME.source,
})

export const since: Filter = single(Moment, (value, column) => byTime(value, column, '>='))
export const before: Filter = single(Moment, (value, column) => byTime(value, column, '<'))

/** As `since`, but throws Invalid for what is no time. */
export const receivedSince: Filter = single(Moment, (value, column) => {
  const moment = parseTime(value)
  if (moment === undefined)
    throw wrong('received_since', 'A date, perhaps with a time, is required, such as 2026-11-23T10:00:00.')
  return [compare(column, '>=', moment)]
})

function byTime(value: string, column: string, operator: '>=' | '<'): FilterClause[] {
  const moment = parseTime(value)
  return moment === undefined ? MATCHES_NOTHING : [compare(column, operator, moment)]
}

/**
 * A date, perhaps with a time down to any unit and with a zone, as UTC; without a zone it is UTC already.
 * Undefined for what is none, and for what its zone takes out of the years that have four digits.
 */
export function parseTime(value: string): string | undefined {
  const [, date, hours = '00', minutes = '00', seconds = '00', fraction = '', zone = 'Z'] =
    TIME.exec(value) ?? []
  if (date === undefined) return undefined
  const offset = zone === 'Z' || zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3) || '00'}`
  const moment = Date.parse(`${date}T${hours}:${minutes}:${seconds}${offset}`)
  if (Number.isNaN(moment)) return undefined
  const iso = new Date(moment).toISOString()
  if (!/^\d{4}-/.test(iso)) return undefined
  const whole = iso.slice(0, 19)
  return Number(fraction) > 0 ? `${whole}.${fraction.padEnd(6, '0')}` : whole
}

/** What the state of a check is called, by its number. */
export const CHECK_STATES = ['pending', 'success', 'warning', 'fail'] as const

const CheckState = Type.Union([
  Type.String({ enum: [...CHECK_STATES] }),
  Type.Integer({ minimum: 0, maximum: CHECK_STATES.length - 1 }),
])

/** The state of a check, by its name or number. */
export const checkState: Filter = single(CheckState, (value, column) => {
  const index = isNumber(value) ? Number(value) : CHECK_STATES.indexOf(value as 'pending')
  return index in CHECK_STATES ? [compare(column, '=', index)] : MATCHES_NOTHING
})
