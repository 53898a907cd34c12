import { type TSchema, Type } from 'typebox'
import type { Database, Time } from '../../db/schema.js'
import { COMBINED_CHECKS, type CombinedFilter, isCombinedCheck } from '../../domain/checks/combined-filter.js'
import { type StateFilter, stateAt } from '../../domain/checks/filter.js'
import { existingCovers } from '../../domain/covers/queries.js'
import { eventsEpoch } from '../../domain/events/epoch.js'
import { existingPatches } from '../../domain/patches/queries.js'
import { findPersonIds, findSenderIds } from '../../domain/people/queries.js'
import { findNamedProject } from '../../domain/projects/queries.js'
import { existingSeries, findSeries } from '../../domain/series/queries.js'
import { findState, isUsualState, listStates, slugOfName } from '../../domain/states/queries.js'
import { findUserIds } from '../../domain/users/queries.js'
import { Conflict, Invalid } from '../../util/errors.js'
import { isSince, type Version } from './versions.js'

/**
 * Translates the parameters of the API's lists to the filters of `domain/`. One rule decides here which values are
 * invalid: those that are not a number, date, boolean or hash where one is required, those outside a fixed set, and names
 * of unknown projects, states, people, users, series, patches and covers. Message ids, change ids, contexts and words may
 * be any text.
 */

/** Result of an invalid value: no row matches. Only versions before `STRICT_SINCE` have it. */
export const MATCHES_NOTHING = Symbol('nothing')

/** The first version that refuses invalid values; deployed clients rely on what older ones do instead. */
export const STRICT_SINCE: Version = '1.4'

/** An invalid value of a filter. */
export class InvalidValue {
  /** What is wrong, in one sentence. */
  readonly sentence: string
  /** Whether older versions ignore it; otherwise no row matches there. */
  readonly isIgnored: boolean

  constructor(sentence: string, isIgnored = false) {
    this.sentence = sentence
    this.isIgnored = isIgnored
  }
}

/** How the values of a query parameter are read: they become one field of a filter. */
export interface Filter<V> {
  /** One value of it, for the documentation. */
  readonly schema: TSchema
  /** Given several times it means any of them; else the last one counts. */
  readonly isMultiple?: boolean
  /**
   * Translates `values`; undefined: no condition. An answer that depends on the time, which `clock` reads, is not
   * remembered. The list decides by its version what an `InvalidValue` does.
   */
  read(
    db: Database,
    values: string[],
    version: Version,
    clock: () => Time,
  ): Promise<V | InvalidValue | undefined>
}

const NUMBER = /^\d{1,9}$/

export function isNumber(text: string): boolean {
  return NUMBER.test(text)
}

/** The most characters of a value that an error repeats. */
const MAX_REPEATED = 100

/** A value as errors repeat it. */
function quoted(value: string): string {
  return `"${value.length > MAX_REPEATED ? `${value.slice(0, MAX_REPEATED)}…` : value}"`
}

/** A value that is not among those that there are. */
export function noneOf(value: string, names: readonly string[]): InvalidValue {
  return new InvalidValue(`${quoted(value)} is not a valid choice. Expected one of: ${names.join(', ')}.`)
}

/**
 * Any of the rows that the values name. A blank names none: since 1.4 it is no condition, as it is for other filters, so
 * that git-pw finds the patches of all projects.
 */
function byReference(
  resolve: (db: Database, value: string, version: Version) => Promise<readonly number[] | undefined>,
  unknown: (db: Database, value: string) => Promise<InvalidValue> | InvalidValue,
): Filter<readonly number[]> {
  return {
    schema: Type.String(),
    isMultiple: true,
    async read(db, values, version) {
      const named = isSince(version, STRICT_SINCE) ? values.filter((value) => value !== '') : values
      if (named.length === 0) return undefined
      const found: number[] = []
      for (const value of named) {
        const ids = value === '' ? undefined : await resolve(db, value, version)
        if (!ids) return await unknown(db, value)
        found.push(...ids)
      }
      return found
    },
  }
}

/** Undefined if there are none. */
function unlessEmpty(ids: readonly number[]): readonly number[] | undefined {
  return ids.length > 0 ? ids : undefined
}

/** By number, or else by link name, whatever its case. */
export const project = byReference(
  async (db, value) => {
    const found = await findNamedProject(db, value)
    return found && [found.id]
  },
  (_, value) => new InvalidValue(`No project has the number or link name ${quoted(value)}.`),
)

/**
 * By number, name or slug, whatever its case: `Under Review`, `under-review`. Since 1.4 the default states of Patchwork
 * are valid even if they were removed, because clients such as pw-ci always name several of them.
 */
export const state = byReference(
  async (db, value, version) => {
    const slug = slugOfName(value)
    const found = await findState(db, slug)
    if (found) return [found.id]
    return isSince(version, STRICT_SINCE) && isUsualState(slug) ? [] : undefined
  },
  async (db, value) => {
    const states = await listStates(db)
    return noneOf(
      value,
      states.map(({ slug }) => slug),
    )
  },
)

/** By number or mail address, whatever its case. An address that only an account has is as unknown as any other. */
export const person = byReference(
  async (db, value, version) => {
    const find = isSince(version, STRICT_SINCE) ? findSenderIds : findPersonIds
    return unlessEmpty(await find(db, isNumber(value) ? { id: Number(value) } : { email: value }))
  },
  (_, value) => new InvalidValue(`Nobody with the number or mail address ${quoted(value)} has sent mail.`),
)

/** By number or user name, whatever its case. */
export const user = byReference(
  async (db, value) =>
    unlessEmpty(await findUserIds(db, isNumber(value) ? { id: Number(value) } : { username: value })),
  (_, value) => new InvalidValue(`No user has the number or name ${quoted(value)}.`),
)

/** By number. */
export const series = byReference(
  async (db, value) =>
    isNumber(value) ? unlessEmpty((await findSeries(db, Number(value))).map(({ id }) => id)) : undefined,
  (_, value) => unknownNumber('series', value),
)

/** The covers of series that are named by number. */
export const coverOfSeries = byReference(
  async (db, value) => {
    const found = isNumber(value) ? await findSeries(db, Number(value)) : []
    // A series without a cover is known all the same: beside another one it narrows nothing down.
    return unlessEmpty(found.map(({ cover_id }) => cover_id ?? 0))
  },
  (_, value) => unknownNumber('series', value),
)

function unknownNumber(noun: string, value: string): InvalidValue {
  return new InvalidValue(`No ${noun} has the number ${quoted(value)}.`)
}

/** The last of the values decides, unless it is blank. */
function single<V>(
  schema: TSchema,
  parse: (value: string, version: Version, clock: () => Time) => V | InvalidValue,
): Filter<V> {
  return {
    schema,
    async read(_, values, version, clock) {
      const value = values.at(-1) ?? ''
      return value === '' ? undefined : parse(value, version, clock)
    },
  }
}

/** The number of a row; the last of the values decides. */
function byNumber(
  noun: string,
  existing: (db: Database, ids: readonly number[]) => Promise<number[]>,
): Filter<readonly number[]> {
  return {
    schema: Type.Integer({ minimum: 0 }),
    async read(db, values, version) {
      const value = values.at(-1) ?? ''
      if (value === '') return undefined
      if (!isNumber(value)) return unknownNumber(noun, value)
      const ids = [Number(value)]
      if (!isSince(version, STRICT_SINCE)) return ids
      return unlessEmpty(await existing(db, ids)) ?? unknownNumber(noun, value)
    },
  }
}

export const seriesNumber = byNumber('series', existingSeries)

export const patchNumber = byNumber('patch', existingPatches)

export const coverNumber = byNumber('cover letter', existingCovers)

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
  if (id === undefined) {
    const sentence = 'A whole number from 0 on is required.'
    throw new Invalid(sentence, { [parameter]: [sentence] })
  }
  if (epoch !== undefined && epoch.toLowerCase() !== (await eventsEpoch(db)))
    throw new Conflict(
      'The events were renumbered by a restore or a move; read them again from the beginning.',
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

/** A boolean; older versions ignore anything else. */
export const flag: Filter<boolean> = single(
  Type.Boolean(),
  (value) => toBoolean(value) ?? new InvalidValue('Must be a valid boolean.', true),
)

/** The very text. */
export const text: Filter<string> = single(Type.String(), (value) => value)

/** One of the names that a version knows. */
export function oneOf(namesAt: (version: Version) => readonly string[]): Filter<string> {
  return single(Type.String(), (value, version) => {
    const names = namesAt(version)
    return names.includes(value) ? value : noneOf(value, names)
  })
}

const HASH = /^[0-9a-fA-F]{40}$/

/** The values that a version takes for a hash. */
export function hashAt(version: Version): TSchema {
  return Type.String(isSince(version, STRICT_SINCE) ? { pattern: HASH.source } : {})
}

/** Hashes of diffs are SHA-1, written in either case. */
export const hash: Filter<string> = single(hashAt('1.0'), (value) =>
  HASH.test(value) ? value.toLowerCase() : new InvalidValue('A hash of 40 hexadecimal digits is required.'),
)

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

export const time: Filter<Time> = single(
  Moment,
  (value) =>
    parseTime(value) ??
    new InvalidValue('A date, perhaps with a time, is required, such as 2026-11-23T10:00:00.'),
)

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
  if (!(index in CHECK_STATES)) return noneOf(value, [...CHECK_STATES, GONE])
  return hasGone ? stateAt(index, clock) : { state: index }
})

/** What checks come to. */
export const combinedChecks: Filter<CombinedFilter> = single(
  Type.String({ enum: [...COMBINED_CHECKS] }),
  (value, _, clock) => {
    if (isCombinedCheck(value)) return { check: value, at: clock() }
    return noneOf(value, COMBINED_CHECKS)
  },
)

/** The most patches or series that one request names. */
const MAX_NAMED = 250

/** Rows by number, read by one statement. */
function byNumbers(
  noun: string,
  existing: (db: Database, ids: readonly number[]) => Promise<number[]>,
): Filter<readonly number[]> {
  return {
    schema: Type.Integer({ minimum: 1 }),
    isMultiple: true,
    async read(db, values) {
      const written = values.flatMap((value) => (value === '' ? [] : value.split(',')))
      if (written.length > MAX_NAMED) return new InvalidValue(`At most ${MAX_NAMED} can be named at once.`)
      if (!written.every(isNumber)) return new InvalidValue('A number is required.')
      if (written.length === 0) return undefined
      const ids = written.map(Number)
      const there = new Set(await existing(db, ids))
      const missing = ids.find((id) => !there.has(id))
      return missing === undefined ? ids : unknownNumber(noun, String(missing))
    },
  }
}

export const patchNumbers = byNumbers('patch', existingPatches)

export const seriesNumbers = byNumbers('series', existingSeries)
