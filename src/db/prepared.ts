import {
  type CompiledQuery,
  DeleteQueryNode,
  type Insertable,
  InsertQueryNode,
  type RawBuilder,
  UpdateQueryNode,
} from 'kysely'
import { anyTable } from './any-table.js'
import { builtStatements } from './built-statements.js'
import { capabilities, readAtOnce } from './dialect/dialect.js'
import { pipelineOf, sendQuery } from './pipeline.js'
import { Placeholder } from './placeholder.js'
import { type Arrays, arraysOf, insertFromArrays } from './row-arrays.js'
import type { Database, Schema } from './schema.js'
import { openConnection, runQuery } from './transaction-connection.js'

/** A query that has been built. */
export interface Compilable<Row> {
  compile(): CompiledQuery<Row>
}

/** A statement that is written as SQL, for `prepare`. */
export function rawQuery<Row>(db: Database, statement: RawBuilder<Row>): Compilable<Row> {
  return { compile: () => statement.compile(db) }
}

/** Gives the placeholders of a query that is being written, typed as what will stand there. */
export type Parameters<P> = { readonly [K in keyof P]: P[K] }

const placeholders = new Proxy({}, { get: (_, name) => new Placeholder(String(name)) })

/**
 * A query that is compiled once per dialect and then run with other values each time. Compiling costs as
 * much as running, for the queries that every mail and every request make.
 */
export function prepare<P extends object, Row>(
  build: (db: Database, parameters: Parameters<P>) => Compilable<Row>,
): (db: Database, values: P) => Promise<Row[]> {
  const run = prepareShapes<P, Row, undefined>((db, parameters) => build(db, parameters))
  return (db, values) => run(db, values, undefined, '')
}

/** Shapes that are kept of one query; clients combine filters and orders in more ways than anybody could keep. */
const MAX_SHAPES = 1000

/**
 * The same for a query of several shapes, such as a list with filters that may be absent: `shape` is what
 * `build` decides by, `key` names it. Of very many, those that were compiled first are forgotten.
 */
export function prepareShapes<P extends object, Row, S>(
  build: (db: Database, parameters: Parameters<P>, shape: S) => Compilable<Row>,
): (db: Database, values: P, shape: S, key: string) => Promise<Row[]> {
  const compile = compileShapes(build)
  return async (db, values, shape, key) => {
    const query = compile(db, values, shape, key)
    return readAtOnce(db, query) ?? (await rowsOf(db, query))
  }
}

/** Runs a statement; does not wait for it within a transaction that has a pipeline if it returns no rows. */
async function rowsOf<Row>(db: Database, query: CompiledQuery<Row>): Promise<Row[]> {
  const connection = openConnection(db)
  if (!connection || !pipelineOf(connection) || hasRows(query)) return (await runQuery(db, query)).rows
  await sendQuery(connection, query)
  return []
}

/** Whether a statement may return rows. */
function hasRows({ query }: CompiledQuery): boolean {
  const isWrite = InsertQueryNode.is(query) || UpdateQueryNode.is(query) || DeleteQueryNode.is(query)
  return !isWrite || query.returning !== undefined
}

/** The same without running it. */
export function compileShapes<P extends object, Row, S>(
  build: (db: Database, parameters: Parameters<P>, shape: S) => Compilable<Row>,
): (db: Database, values: P, shape: S, key: string) => CompiledQuery<Row> {
  const compile = compileOnce(build)
  return (db, values, shape, key) => {
    const query = compile(db, shape, key)
    const parameters = query.parameters.map((value) =>
      value instanceof Placeholder ? (values as Record<string, unknown>)[value.name] : value,
    )
    return { ...query, parameters }
  }
}

/** The statements with placeholders in place of values. Those that cost little are not built with the program. */
function compileOnce<P extends object, Row, S>(
  build: (db: Database, parameters: Parameters<P>, shape: S) => Compilable<Row>,
  isBuilt = true,
): (db: Database, shape: S, key: string) => CompiledQuery<Row> {
  const compiled = new WeakMap<object, Map<string, CompiledQuery<Row>>>()
  const number = isBuilt ? builtStatements.nextNumber() : undefined
  return (db, shape, key) => {
    // A statement is the same for all databases of a dialect.
    const dialect = db.getExecutor().adapter.constructor
    let byKey = compiled.get(dialect)
    if (!byKey) compiled.set(dialect, (byKey = new Map()))
    let query = byKey.get(key)
    if (!query) {
      const [oldest] = byKey.size >= MAX_SHAPES ? byKey.keys() : []
      if (oldest !== undefined) byKey.delete(oldest)
      const compile = () => build(db, placeholders as Parameters<P>, shape).compile()
      query = builtStatements.get(number, capabilities(db).name, key, compile)
      byKey.set(key, query)
    }
    return query
  }
}

/**
 * A query for rows that match any of a list of texts, which is usually short: `build` gets them as a list for `in`.
 * The list is padded to a power of two with its last text, to limit the number of distinct statements.
 */
export function prepareForTexts<P extends object, Row>(
  build: (db: Database, parameters: Parameters<P>, texts: string[]) => Compilable<Row>,
): (db: Database, values: P, texts: readonly string[]) => Promise<Row[]> {
  const run = prepareShapes<P & Record<string, unknown>, Row, number>((db, parameters, length) => {
    const texts = Array.from({ length }, (_, index) => parameters[textName(index)] as string)
    return build(db, parameters, texts)
  })
  return async (db, values, texts) => {
    if (texts.length === 0) return []
    const length = 2 ** Math.ceil(Math.log2(texts.length))
    const named = { ...values } as Record<string, unknown>
    for (let index = 0; index < length; index++) named[textName(index)] = texts[index] ?? texts.at(-1)
    return await run(db, named as P & Record<string, unknown>, length, String(length))
  }
}

/** Made once: making the names of parameters takes longer than finding their values. */
const TEXT_NAMES = Array.from({ length: 128 }, (_, index) => `text${index}`)

function textName(index: number): string {
  return TEXT_NAMES[index] ?? `text${index}`
}

interface RowShape {
  table: keyof Schema
  columns: readonly string[]
}

interface RowsShape extends RowShape {
  rows: number
}

const insertOne = compileOnce<readonly unknown[], never, RowShape>((db, values, { table, columns }) =>
  anyTable(db)
    .insertInto(table)
    .values(Object.fromEntries(columns.map((column, at) => [column, values[at]]))),
)

const insert = compileOnce<readonly unknown[], never, RowsShape>((db, _, { table, columns, rows }) => {
  const one = insertOne(db, { table, columns }, `${table} ${columns.join()}`)
  const start = one.sql.lastIndexOf(' values (') + ' values '.length
  return { compile: () => ({ ...one, sql: repeatRow(one.sql, start, rows, columns.length) }) }
}, false)

/**
 * A statement with one row at its end, which begins at `start`, for several. The query builder would make thousands of
 * objects for a hundred rows, and an import has as many such statements as it has numbers of rows.
 */
export function repeatRow(statement: string, start: number, rows: number, columns: number): string {
  const row = statement.slice(start)
  if (!row.includes('$')) return `${statement}${`, ${row}`.repeat(rows - 1)}`
  // PostgreSQL numbers its parameters.
  const shifted = (by: number) => row.replace(/\$(\d+)/g, (_, number: string) => `$${Number(number) + by}`)
  const texts = Array.from({ length: rows }, (_, index) => shifted(index * columns))
  return `${statement.slice(0, start)}${texts.join(', ')}`
}

/** Rows of one statement: databases limit its parameters. */
const MAX_ROWS = 128

/**
 * Up to this number of rows each number has a statement of its own; above it only powers of two have one, to limit the
 * number of distinct statements.
 */
const MAX_ODD_ROWS = 16

/** How many of the `rows` that are left go into the next statement. */
export function rowsAtOnce(rows: number): number {
  return rows <= MAX_ODD_ROWS ? rows : Math.min(MAX_ROWS, 2 ** Math.floor(Math.log2(rows)))
}

/** Inserts rows into a table by statements that are compiled once for each number and set of columns. */
export async function insertRows<T extends keyof Schema>(
  db: Database,
  table: T,
  rows: readonly Insertable<Schema[T]>[],
): Promise<void> {
  for (const query of insertQueries(db, table, rows)) await rowsOf(db, query)
}

/** The statements of `insertRows`. */
export function* insertQueries<T extends keyof Schema>(
  db: Database,
  table: T,
  rows: readonly Insertable<Schema[T]>[],
): Generator<CompiledQuery<never>> {
  const takesArrays = capabilities(db).rowArrays !== undefined
  for (let start = 0; start < rows.length; ) {
    const listed = takesArrays ? listQuery(db, table, rows.slice(start, start + MAX_ROWS)) : undefined
    const end = start + (listed ? MAX_ROWS : rowsAtOnce(rows.length - start))
    yield listed ?? insertQuery(db, table, rows.slice(start, end))
    start = end
  }
}

interface ListShape extends RowShape {
  kinds: Arrays['kinds']
}

const insertList = compileOnce<readonly unknown[], never, ListShape>(
  (db, parameters, { table, columns, kinds }) => insertFromArrays(db, table, columns, { kinds, parameters }),
)

/** The statement that inserts rows from arrays; undefined where there are none, and for a single row. */
function listQuery<T extends keyof Schema>(
  db: Database,
  table: T,
  rows: readonly Insertable<Schema[T]>[],
): CompiledQuery<never> | undefined {
  if (rows.length === 1) return undefined
  const columns = columnsOf(rows)
  const arrays = arraysOf(db, rows, columns)
  if (!arrays) return undefined
  const { kinds, parameters } = arrays
  return {
    ...insertList(db, { table, columns, kinds }, `${table} ${columns.join()} ${kinds.join()}`),
    parameters,
  }
}

function columnsOf(rows: readonly object[]): string[] {
  const all = new Set<string>()
  for (const row of rows) for (const column in row) all.add(column)
  return [...all].toSorted()
}

function insertQuery<T extends keyof Schema>(
  db: Database,
  table: T,
  rows: readonly Insertable<Schema[T]>[],
): CompiledQuery<never> {
  const columns = columnsOf(rows)
  const values = rowValues(rows, columns)
  const shape = { table, columns, rows: rows.length }
  // Its parameters are the values, in this order.
  return { ...insert(db, shape, `${table} ${rows.length} ${columns.join()}`), parameters: values }
}

/** The values of rows, one row after the other: parameters are much faster to find by their place than by a name. */
export function rowValues(rows: readonly Record<string, unknown>[], columns: readonly string[]): unknown[] {
  const values: unknown[] = []
  for (const row of rows) for (const column of columns) values.push(row[column] ?? null)
  return values
}
