import { type SqlBool, sql } from 'kysely'
import type { Database } from '../db/schema.js'
import { anyOf, compare, condition, contains, type Criterion, type OrderKey } from '../store/page.js'
import { listProjects } from '../store/project.js'
import { listStates } from '../store/state.js'

/** What a query parameter means: criteria, or `nothing` where no row can fit. */
export type Filter = (db: Database, values: string[], column: string) => Promise<Criterion[]>

/** A condition that nothing meets: what is unknown or blank narrows a list down to none. */
const NOTHING = [condition('nothing', sql`1 = 0`)]

const NUMBER = /^\d{1,9}$/

function isNumber(text: string): boolean {
  return NUMBER.test(text) && Number(text) <= 2_147_483_647
}

/** Any of the rows that the values name; if one names none, nothing. */
function byReference(resolve: (db: Database, value: string) => Promise<number[]>): Filter {
  return async (db, values, column) => {
    const found: number[] = []
    for (const value of values) {
      const ids = value === '' ? [] : await resolve(db, value)
      if (ids.length === 0) return NOTHING
      found.push(...ids)
    }
    return [anyOf(db, column, found)]
  }
}

/** By number or by link name, whatever its case. */
export const project: Filter = byReference(async (db, value) => {
  const wanted = value.toLowerCase()
  const projects = await listProjects(db)
  return projects
    .filter(({ id, link_name }) =>
      isNumber(value) ? id === Number(value) : link_name.toLowerCase() === wanted,
    )
    .map(({ id }) => id)
})

/** By number, name or slug, whatever its case: `Under Review`, `under-review`. */
export const state: Filter = byReference(async (db, value) => {
  const wanted = value.toLowerCase().replaceAll(' ', '-')
  const states = await listStates(db)
  return states
    .filter(({ id, slug }) => (isNumber(value) ? id === Number(value) : slug === wanted))
    .map(({ id }) => id)
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

/** The last of the values that is not blank decides. */
function single(build: (value: string, column: string) => Criterion[]): Filter {
  return async (_, values, column) => {
    const value = values.at(-1) ?? ''
    return value === '' ? [] : build(value, column)
  }
}

/** A number; anything else fits nothing. */
export const number: Filter = single((value, column) =>
  isNumber(value) ? [compare(column, '=', Number(value))] : NOTHING,
)

const TRUE = new Set(['true', 'True', '1'])
const FALSE = new Set(['false', 'False', '0'])

/** Yes or no as Python and JSON write them; what is neither is ignored. */
export const flag: Filter = single((value, column) => {
  if (TRUE.has(value)) return [compare(column, '=', 1)]
  return FALSE.has(value) ? [compare(column, '=', 0)] : []
})

/** The very text. */
export const text: Filter = single((value, column) => [compare(column, '=', value)])

/** Hashes are written in either case. */
export const hash: Filter = single((value, column) => [compare(column, '=', value.toLowerCase())])

/** Message ids go without their brackets. */
export const messageId: Filter = single((value, column) => [compare(column, '=', `<${value}>`)])

export const since: Filter = single((value, column) => byTime(value, column, '>='))
export const before: Filter = single((value, column) => byTime(value, column, '<'))

function byTime(value: string, column: string, operator: '>=' | '<'): Criterion[] {
  const time = parseTime(value)
  return time === undefined ? NOTHING : [compare(column, operator, time)]
}

const TIME =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/

/** A date, perhaps with a time down to any unit and with a zone, as UTC; without a zone it is UTC already. */
export function parseTime(value: string): string | undefined {
  const [, date, hours = '00', minutes = '00', seconds = '00', fraction = '', zone = 'Z'] =
    TIME.exec(value) ?? []
  if (date === undefined) return undefined
  const offset = zone === 'Z' || zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3) || '00'}`
  const moment = Date.parse(`${date}T${hours}:${minutes}:${seconds}${offset}`)
  if (Number.isNaN(moment)) return undefined
  const whole = new Date(moment).toISOString().slice(0, 19)
  return Number(fraction) > 0 ? `${whole}.${fraction.padEnd(6, '0')}` : whole
}

/** The state of a check, by its name or number. */
export const checkState: Filter = single((value, column) => {
  const names = ['pending', 'success', 'warning', 'fail']
  const index = isNumber(value) ? Number(value) : names.indexOf(value)
  return index in names ? [compare(column, '=', index)] : NOTHING
})

/** All words of `q`, each somewhere in one of the columns, whatever their case. */
export function search(value: string, columns: readonly string[]): Criterion[] {
  return value
    .split(/[\s,]+/)
    .filter((word) => word !== '')
    .slice(0, 20)
    .map((word) => contains(columns, word))
}

/**
 * The order that `order` asks for: keys split by commas, `-` for the other way; those that are unknown are
 * skipped. It ends in the number, in the direction of its last key, so that ties stay in one order.
 */
export function parseOrder(
  value: string | undefined,
  keys: Readonly<Record<string, string>>,
  fallback: string,
): OrderKey[] {
  const order = (value ?? '')
    .split(',')
    .map((word) => word.trim())
    .flatMap((word) => toOrderKey(word, keys))
  const known = order.length > 0 ? order : toOrderKey(fallback, keys)
  const last = known.at(-1) as OrderKey
  return last.expression === 'id' ? known : [...known, { expression: 'id', isDescending: last.isDescending }]
}

function toOrderKey(word: string, keys: Readonly<Record<string, string>>): OrderKey[] {
  const isDescending = word.startsWith('-')
  const name = isDescending ? word.slice(1) : word
  const expression = Object.hasOwn(keys, name) ? keys[name] : undefined
  return expression === undefined ? [] : [{ expression, isDescending }]
}
