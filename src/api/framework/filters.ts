import { type TSchema, Type } from 'typebox'
import type { Database, Time } from '../../db/schema.js'
import { COMBINED_CHECKS, type CombinedFilter, isCombinedCheck } from '../../domain/checks/combined-filter.js'
import { type StateFilter, stateAt } from '../../domain/checks/filter.js'
import { eventsEpoch } from '../../domain/events/epoch.js'
import { findPersonIds } from '../../domain/people/queries.js'
import { findNamedProject } from '../../domain/projects/queries.js'
import { findSeries } from '../../domain/series/queries.js'
import { findState, slugOfName } from '../../domain/states/queries.js'
import { findUserIds } from '../../domain/users/queries.js'
import { Conflict, Invalid } from '../../util/errors.js'
import { isSince, type Version } from './versions.js'

/** Translates the parameters of the API's lists to the filters of `domain/`. */

/** Result of an unknown or blank value: no row matches. */
export const MATCHES_NOTHING = Symbol('nothing')

/** How the values of a query parameter are read: they become one field of a filter. */
export interface Filter<V> {
  /** One value of it, for the documentation. */
  readonly schema: TSchema
  /** Given several times it means any of them; else the last one counts. */
  readonly isMultiple?: boolean
  /**
   * Translates `values`; undefined: no condition. An answer that depends on the time, which `clock` reads, is not
   * remembered.
   */
  read(
    db: Database,
    values: string[],
    version: Version,
    clock: () => Time,
  ): Promise<V | typeof MATCHES_NOTHING | undefined>
}

const NUMBER = /^\d{1,9}$/

export function isNumber(text: string): boolean {
  return NUMBER.test(text)
}

/** The problem of a parameter; parameters of deployed clients never have one. */
function wrong(parameter: string, sentence: string): Invalid {
  return new Invalid(sentence, { [parameter]: [sentence] })
}

/** Any of the rows that the values name; if one names none, nothing. */
function byReference(resolve: (db: Database, value: string) => Promise<number[]>): Filter<readonly number[]> {
  return {
    schema: Type.String(),
    isMultiple: true,
    async read(db, values) {
      const found: number[] = []
      for (const value of values) {
        const ids = value === '' ? [] : await resolve(db, value)
        if (ids.length === 0) return MATCHES_NOTHING
        found.push(...ids)
      }
      return found
    },
  }
}

/** By number, or else by link name, whatever its case. */
export const project = byReference(async (db, value) => {
  const found = await findNamedProject(db, value)
  return found ? [found.id] : []
})

/** By number, name or slug, whatever its case: `Under Review`, `under-review`. */
export const state = byReference(async (db, value) => {
  const found = await findState(db, slugOfName(value))
  return found ? [found.id] : []
})

/** By number or mail address, whatever its case. */
export const person = byReference((db, value) =>
  findPersonIds(db, isNumber(value) ? { id: Number(value) } : { email: value }),
)

/** By number or user name, whatever its case. */
export const user = byReference((db, value) =>
  findUserIds(db, isNumber(value) ? { id: Number(value) } : { username: value }),
)

/** By number. */
export const series = byReference(async (db, value) =>
  isNumber(value) ? (await findSeries(db, Number(value))).map(({ id }) => id) : [],
)

/** The covers of series that are named by number. */
export const coverOfSeries = byReference(async (db, value) => {
  const found = isNumber(value) ? await findSeries(db, Number(value)) : []
  // A series without a cover is known all the same: beside another one it narrows nothing down.
  return found.map(({ cover_id }) => cover_id ?? 0)
})

/** The last of the values decides, unless it is blank. */
function single<V>(
  schema: TSchema,
  parse: (value: string, version: Version, clock: () => Time) => V | typeof MATCHES_NOTHING | undefined,
): Filter<V> {
  return {
    schema,
    async read(_, values, version, clock) {
      const value = values.at(-1) ?? ''
      return value === '' ? undefined : parse(value, version, clock)
    },
  }
}

/** A number; anything else fits nothing. */
export const number: Filter<readonly number[]> = single(Type.Integer({ minimum: 0 }), (value) =>
  isNumber(value) ? [Number(value)] : MATCHES_NOTHING,
)

/** The largest number that a row can have. */
const MAX_INTEGER = 2_147_483_647

/** A number of an event, perhaps with the epoch of its number before it. */
const POSITION = /^(?:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):)?(\d{1,20})$/i

/**
 * The number that `N` or `EPOCH:N` names. Throws Invalid, in the name of the parameter, for anything else: a client that
 * follows events must not miss them silently; and Conflict for another epoch than the current one.
 */
export async function readPosition(db: Database, parameter: string, value: string): Promise<number> {
  const [, epoch, id] = POSITION.exec(value) ?? []
  if (id === undefined) throw wrong(parameter, 'A whole number from 0 on is required.')
  if (epoch !== undefined && epoch.toLowerCase() !== (await eventsEpoch(db)))
    throw new Conflict(
      'The events have been numbered anew since, by a restore or a move; read them again from the beginning.',
    )
  return Math.min(Number(id), MAX_INTEGER)
}

/** Events after the one that is named. */
export const after: Filter<number> = {
  schema: Type.Union([Type.Integer({ minimum: 0 }), Type.String({ pattern: POSITION.source })]),
  async read(db, values) {
    const value = values.at(-1) ?? ''
    return value === '' ? undefined : await readPosition(db, 'after', value)
  },
}

const TRUE = new Set(['true', 'True', '1'])
const FALSE = new Set(['false', 'False', '0'])

/** A boolean as Python and JSON write it; undefined for anything else. */
function toBoolean(value: string): boolean | undefined {
  if (TRUE.has(value)) return true
  return FALSE.has(value) ? false : undefined
}

/** A boolean; anything else is ignored. */
export const flag: Filter<boolean> = single(Type.Boolean(), toBoolean)

/** A boolean. Throws Invalid, in the name of the parameter, for anything else. */
function strictFlag(parameter: string): Filter<boolean> {
  return single(Type.Boolean(), (value) => {
    const wanted = toBoolean(value)
    if (wanted === undefined) throw wrong(parameter, 'Must be a valid boolean.')
    return wanted
  })
}

export const actionRequired = strictFlag('action_required')

export const latest = strictFlag('latest')

/** The very text. */
export const text: Filter<string> = single(Type.String(), (value) => value)

/** Hashes are written in either case. */
export const hash: Filter<string> = single(Type.String(), (value) => value.toLowerCase())

/** Message ids go without their brackets; since 1.4 also with them. */
export const messageId: Filter<string> = single(Type.String(), (value, version) => {
  const isBare = !isSince(version, '1.4') || !value.startsWith('<') || !value.endsWith('>')
  return isBare ? `<${value}>` : value
})

const TIME =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/

const Moment = Type.String({
  description:
    'A date, perhaps with a time: `2026-11-23`, `2026-11-23T10:00:00`. UTC unless it names another zone.',
  pattern: TIME.source,
})

/** A time; anything else matches nothing. */
export const time: Filter<Time> = single(Moment, (value) => parseTime(value) ?? MATCHES_NOTHING)

/** A time. Throws Invalid for anything else. */
export const receivedSince: Filter<Time> = single(Moment, (value) => {
  const parsed = parseTime(value)
  if (parsed === undefined)
    throw wrong('received_since', 'A date, perhaps with a time, is required, such as 2026-11-23T10:00:00.')
  return parsed
})

/**
 * A date, perhaps with a time down to any unit and with a zone, as UTC; without a zone it is UTC already.
 * Undefined for anything else, and for a time whose zone moves it out of the four-digit years.
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

/** Names of check states, by their number in the database. */
export const CHECK_STATES = ['pending', 'success', 'warning', 'fail'] as const

/** The state of a pending check that has expired, since 1.4. */
export const GONE = 'gone'

const CheckState = checkStatesAt('1.0')

/** The values that a version knows for the state of a check. */
export function checkStatesAt(version: Version): TSchema {
  const names = isSince(version, '1.4') ? [...CHECK_STATES, GONE] : [...CHECK_STATES]
  return Type.Union([
    Type.String({ enum: names }),
    Type.Integer({ minimum: 0, maximum: CHECK_STATES.length - 1 }),
  ])
}

/** The state of a check, by its name or number; since 1.4 pending checks that have expired are `gone`. */
export const checkState: Filter<StateFilter> = single(CheckState, (value, version, clock) => {
  const hasGone = isSince(version, '1.4')
  if (hasGone && value === GONE) return stateAt(GONE, clock)
  const index = isNumber(value) ? Number(value) : CHECK_STATES.indexOf(value as 'pending')
  if (!(index in CHECK_STATES)) return MATCHES_NOTHING
  return hasGone ? stateAt(index, clock) : { state: index }
})

/** What checks come to. Throws Invalid for anything else. */
export const combinedChecks: Filter<CombinedFilter> = single(
  Type.String({ enum: [...COMBINED_CHECKS] }),
  (value, _, clock) => {
    if (isCombinedCheck(value)) return { check: value, at: clock() }
    throw wrong('checks', `Must be one of ${COMBINED_CHECKS.join(', ')}.`)
  },
)

/** The most patches or series that one request names. */
const MAX_NAMED = 250

/** Rows by number, read by one statement. Throws Invalid, in the name of the parameter, for what is no number. */
function byNumbers(parameter: string): Filter<readonly number[]> {
  return {
    schema: Type.Integer({ minimum: 1 }),
    isMultiple: true,
    async read(_, values) {
      const written = values.flatMap((value) => (value === '' ? [] : value.split(',')))
      if (written.length > MAX_NAMED) throw wrong(parameter, `At most ${MAX_NAMED} can be named at once.`)
      if (!written.every(isNumber)) throw wrong(parameter, 'A number is required.')
      return written.length === 0 ? undefined : written.map(Number)
    },
  }
}

export const patchNumbers = byNumbers('patch')

export const seriesNumbers = byNumbers('series')
