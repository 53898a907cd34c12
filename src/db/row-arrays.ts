import { type Insertable, type RawBuilder, sql } from 'kysely'
import { type ColumnKind, capabilities, type RowArrays } from './dialect/dialect.js'
import type { Database, Schema } from './schema.js'

/** Values of rows as arrays, one for each column, for databases that take a statement for any number of rows. */
export interface Arrays {
  /** The kinds of the values of each column; null for a column without any. */
  kinds: readonly (ColumnKind | null)[]
  parameters: unknown[]
}

/** A column, and the kind of its values. */
export type KnownColumn = readonly [name: string, kind: ColumnKind]

/** The arrays of columns whose kinds are known; undefined if the database takes each value by itself. */
export function arraysOfColumns(
  db: Database,
  rows: readonly object[],
  columns: readonly KnownColumn[],
): unknown[] | undefined {
  const { rowArrays } = capabilities(db)
  return rowArrays && columns.map(([name, kind]) => rowArrays.toArray(kind, valuesOf(rows, name)))
}

function valuesOf(rows: readonly object[], column: string): unknown[] {
  return rows.map((row) => toValue((row as Record<string, unknown>)[column]))
}

/** The rows of arrays in a statement, called `v`. */
export function rowsOfArrays(
  db: Database,
  kinds: readonly ColumnKind[],
  arrays: readonly unknown[],
): RawBuilder<unknown> {
  return (capabilities(db).rowArrays as RowArrays).rowsFrom(kinds, arrays)
}

/** The arrays of rows; undefined if the database takes each value by itself, or takes no array of some of them. */
export function arraysOf(
  db: Database,
  rows: readonly object[],
  columns: readonly string[],
): Arrays | undefined {
  const { rowArrays } = capabilities(db)
  if (!rowArrays) return undefined
  const kinds: (ColumnKind | null)[] = []
  const parameters: unknown[] = []
  for (const column of columns) {
    const values = valuesOf(rows, column)
    const kind = commonKind(values)
    if (kind === undefined) return undefined
    kinds.push(kind)
    if (kind !== null) parameters.push(rowArrays.toArray(kind, values))
  }
  return parameters.length === 0 ? undefined : { kinds, parameters }
}

/** Yes and no are integers in our tables. */
function toValue(value: unknown): unknown {
  return typeof value === 'boolean' ? Number(value) : (value ?? null)
}

/** The kind of all values; null if there are none, undefined if they have several or one without arrays. */
function commonKind(values: readonly unknown[]): ColumnKind | null | undefined {
  let common: ColumnKind | null = null
  for (const value of values) {
    if (value === null) continue
    const kind = kindOf(value)
    if (kind === undefined) return undefined
    if (common === null || (common === 'integer' && kind === 'number')) common = kind
    else if (common !== kind && !(common === 'number' && kind === 'integer')) return undefined
  }
  return common
}

function kindOf(value: unknown): ColumnKind | undefined {
  if (typeof value === 'string') return 'text'
  if (typeof value === 'number') return Object.is(value | 0, value) ? 'integer' : 'number'
  return value instanceof Uint8Array ? 'bytes' : undefined
}

/** The statement that inserts rows from arrays, which are the parameters of `Arrays`. */
export function insertFromArrays(
  db: Database,
  table: keyof Schema,
  columns: readonly string[],
  { kinds, parameters }: { kinds: Arrays['kinds']; parameters: readonly unknown[] },
) {
  const given = kinds.filter((kind) => kind !== null)
  let at = 0
  const values = kinds.map((kind) => (kind === null ? sql`null` : sql.ref(`v.column${++at}`)))
  return db
    .insertInto(table)
    .columns(columns as (keyof Insertable<Schema[keyof Schema]>)[])
    .expression(sql`select ${sql.join(values)} from ${rowsOfArrays(db, given, parameters)}`)
}
