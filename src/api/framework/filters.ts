import { type TSchema, Type } from 'typebox'
import type { Time } from '../../db/schema.js'
import { type Filter, InvalidValue, noneOf, STRICT_SINCE, single } from './filter.js'
import { isSince, type Version } from './versions.js'

/** Filters whose values stand for themselves. */

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
