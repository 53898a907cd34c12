import { isUtf8 } from 'node:buffer'
import { hasNullCharacter } from '../../util/text.js'
import { type Field, type Reader, type Scalar, SkippedRow, type Target } from '../mapping.js'
import type { Value } from '../source.js'

/** PostgreSQL's integer, and so Django's numbers. */
const MOST = 2 ** 31 - 1

/** Stands for a time that cannot be read. */
export const NO_TIME = '1970-01-01T00:00:00'

const DECODER = new TextDecoder('utf-8', { ignoreBOM: true })

interface Missing {
  missing?: Scalar
}

/** A text; null becomes an empty one. */
export function text(from: string, { missing }: Missing = {}): Field {
  return field(from, missing, (value, reader) => (value === null ? '' : toText(value, reader)))
}

/** A text or null. */
export function optionalText(from: string, { missing }: Missing = {}): Field {
  return field(from, missing, (value, reader) => (value === null ? null : toText(value, reader)))
}

/** A text that something else is made of. */
export function derived(from: string, make: (text: string) => string): Field {
  return field(from, undefined, (value, reader) => make(value === null ? '' : toText(value, reader)))
}

/** A yes or no; no where it is null. */
export function flag(from: string, { missing }: Missing = {}): Field {
  return field(from, missing, (value) => toFlag(value) ?? 0)
}

/** True, false, or null if unknown. */
export function optionalFlag(from: string, { missing }: Missing = {}): Field {
  return field(from, missing, toFlag)
}

/** A whole number; `fallback` where it is null. */
export function integer(from: string, fallback?: number): Field {
  return field(from, undefined, (value) => {
    const number = toInteger(value, from)
    if (number === null && fallback === undefined) throw new SkippedRow(`it has no ${from}`)
    return number ?? (fallback as number)
  })
}

/** A whole number or null. */
export function optionalInteger(from: string, { missing }: Missing = {}): Field {
  return field(from, missing, (value) => toInteger(value, from))
}

/** The id of the row itself. */
export function id(from = 'id'): Field {
  return field(from, undefined, (value) => {
    const number = toInteger(value, from)
    if (number === null || number < 1) throw new SkippedRow('its number is none that can be kept')
    return number
  })
}

/** A moment; one that cannot be read becomes 1970. */
export function time(from: string): Field {
  return field(from, undefined, (value, reader) => {
    const read = typeof value === 'string' ? reader.toTime(value) : undefined
    if (read === undefined) reader.note(`its ${from} is no time: 1970 stands in its place`)
    return read ?? NO_TIME
  })
}

/** A moment or null. */
export function optionalTime(from: string): Field {
  return field(from, undefined, (value, reader) => {
    if (value === null) return null
    const read = typeof value === 'string' ? reader.toTime(value) : undefined
    if (read === undefined) reader.note(`its ${from} is no time`)
    return read ?? null
  })
}

/** The id of a required row in another target table. */
export function reference(from: string, table: Target): Field {
  return field(from, undefined, (value, reader) => {
    const number = toInteger(value, from)
    if (number === null) throw new SkippedRow(`it has no ${from}`)
    if (!reader.has(table, number)) throw new SkippedRow(`its ${from} names a row that is not there`)
    return number
  })
}

/** The same where there need not be one; but one that is named must be there. */
export function referenceIfNamed(from: string, table: Target, { missing }: Missing = {}): Field {
  return field(from, missing, (value, reader) => {
    const number = toInteger(value, from)
    if (number === null || reader.has(table, number)) return number
    throw new SkippedRow(`its ${from} names a row that is not there`)
  })
}

/** The same, and a row that is not there leaves a blank. */
export function referenceOrNull(from: string, table: Target): Field {
  return field(from, undefined, (value, reader) => {
    const number = toInteger(value, from)
    if (number === null || reader.has(table, number)) return number
    reader.note(`its ${from} named a row that is not there: it has none now`)
    return null
  })
}

/** Yields to another row that has the same unique value. */
export function clearable(inner: Field): Field {
  return { ...inner, mayBeCleared: true }
}

function field(
  from: string,
  missing: Scalar | undefined,
  read: (value: Value, reader: Reader) => Scalar,
): Field {
  return missing === undefined ? { from, read } : { from, missing, read }
}

function toText(value: Value, reader: Reader): string {
  if (value instanceof Uint8Array && !isUtf8(value))
    reader.note('bytes of its texts that are no UTF-8 became \uFFFD')
  const read = value instanceof Uint8Array ? DECODER.decode(value) : String(value)
  if (!hasNullCharacter(read)) return read
  reader.note('NUL characters were taken out of its texts')
  return read.replaceAll('\0', '')
}

/** 1 or 0 of a yes or no, whatever database it comes from. */
export function toFlag(value: Value): number | null {
  if (value === null) return null
  return value === 't' || value === 'true' || value === '1' || value === 1 || value === 1n ? 1 : 0
}

/** A whole number as our columns take it; throws SkippedRow for another. */
export function toInteger(value: Value, from: string): number | null {
  if (value === null) return null
  const number = typeof value === 'string' && !/^-?\d{1,12}$/.test(value) ? Number.NaN : Number(value)
  if (!Number.isInteger(number) || Math.abs(number) > MOST)
    throw new SkippedRow(`its ${from} is no whole number that can be kept`)
  return number
}
