import { type RawBuilder, sql } from 'kysely'
import type { ColumnKind } from './dialect.js'

/** Rows as parameters: an array for each column, so that a statement is the same for any number of rows. */

/** The types of the elements, by the kinds of values. */
const TYPES: Record<ColumnKind, { name: string; oid: number }> = {
  bytes: { name: 'bytea', oid: 17 },
  text: { name: 'text', oid: 25 },
  integer: { name: 'integer', oid: 23 },
  number: { name: 'double precision', oid: 701 },
}

/** The source of rows for a statement; `arrays` are its parameters. Its columns are called `column1` and so on. */
export function rowsFromArrays(
  kinds: readonly ColumnKind[],
  arrays: readonly unknown[],
): RawBuilder<unknown> {
  const columns = kinds.map((_, at) => sql.ref(`column${at + 1}`))
  const typed = kinds.map((kind, at) => sql`${arrays[at]}::${sql.raw(TYPES[kind].name)}[]`)
  return sql`unnest(${sql.join(typed)}) as v (${sql.join(columns)})`
}

/** Bytes of an array before its elements: dimensions, whether it has nulls, type, length, first index. */
const HEADER = 20

/** The length before an element, of a null. */
const NULL = -1

/**
 * An array in the binary form of the server's `array_recv`: it is read faster than text, in which each quote has to be
 * looked for, and as fast as the values one by one.
 */
export function toArray(kind: ColumnKind, values: readonly unknown[]): Buffer {
  const lengths = values.map((value) => (value === null ? NULL : lengthOf(kind, value)))
  let size = HEADER
  for (const length of lengths) size += 4 + Math.max(length, 0)
  const array = Buffer.allocUnsafe(size)
  array.writeInt32BE(1, 0)
  array.writeInt32BE(Number(lengths.includes(NULL)), 4)
  array.writeInt32BE(TYPES[kind].oid, 8)
  array.writeInt32BE(values.length, 12)
  array.writeInt32BE(1, 16)
  let at = HEADER
  for (const [index, length] of lengths.entries()) {
    array.writeInt32BE(length, at)
    at += 4
    if (length === NULL) continue
    write(array, at, kind, values[index])
    at += length
  }
  return array
}

function lengthOf(kind: ColumnKind, value: unknown): number {
  if (kind === 'integer') return 4
  if (kind === 'number') return 8
  return kind === 'text' ? Buffer.byteLength(value as string) : (value as Uint8Array).length
}

function write(array: Buffer, at: number, kind: ColumnKind, value: unknown): void {
  if (kind === 'text') array.write(value as string, at)
  else if (kind === 'bytes') array.set(value as Uint8Array, at)
  else if (kind === 'integer') array.writeInt32BE(value as number, at)
  else array.writeDoubleBE(value as number, at)
}
