import type { IdSet } from './id-set.js'

/**
 * A value as the source has it: numbers or their digits, `t` and `f` or 1 and 0, times as texts. Bytes are a
 * text that is no UTF-8.
 */
export type Value = string | number | bigint | null | Uint8Array

/** Some rows, their values in the order of the columns that were asked for. */
export interface Chunk {
  readonly rows: readonly (readonly Value[])[]
  /** Where to go on after them. */
  readonly mark: string
}

export interface Reading {
  /** The column that orders the rows: a number, or another key. */
  readonly key: string
  /** Whether rows have long texts, so that fewer are read at a time. */
  readonly isLong?: boolean
  /** The mark of the last chunk that was dealt with; one of another source is passed over. */
  readonly after?: string | undefined
}

/** The database of a Python Patchwork, as it was at one moment, or a dump of it. Nothing is written to it. */
export interface Source {
  /** The source as shown to users, without passwords. */
  readonly name: string
  /** Of a source that cannot change: what tells it from every other. */
  readonly fingerprint?: string
  /** The names of all its tables with those of their columns. */
  readonly tables: ReadonlyMap<string, readonly string[]>
  /** About how many rows a table has. */
  estimate(table: string, key: string): Promise<number>
  count(table: string): Promise<number>
  /** All rows behind a mark. */
  rows(table: string, columns: readonly string[], reading: Reading): AsyncIterable<Chunk>
  /** The rows of some numbers. */
  rowsOf(table: string, columns: readonly string[], reading: Reading, ids: IdSet): AsyncIterable<Chunk>
  /** The highest number that all rows up to a mark have; undefined where marks are no numbers. */
  reached(mark: string | undefined): number | undefined
  /** The highest number that a table ever gave out, of those that are known; 0 if none is. */
  lastId(table: string): Promise<number>
  close(): Promise<void>
}

/** Number of rows that a source returns at a time, for rows without and with long texts. */
export const PAGE_ROWS = { short: 2000, long: 500 } as const
