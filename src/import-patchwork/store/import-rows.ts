import { sql } from 'kysely'
import { anyTable } from '../../db/any-table.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { prepareShapes } from '../../db/prepared.js'
import type { Database, Schema } from '../../db/schema.js'

/** Rows copied from another Patchwork, with their ids there. */

type Table = keyof Schema
type Row = Readonly<Record<string, unknown>>

/** Rows of one statement, at most; smaller batches are powers of two, to limit the number of distinct statements. */
const MAX_ROWS = 256

const PAGE = 50_000

interface Shape {
  table: Table
  columns: readonly string[]
  identity: readonly string[]
  rows: number
}

const insert = prepareShapes<Record<string, unknown>, Row, Shape>(
  (db, values, { table, columns, identity, rows }) =>
    anyTable(db)
      .insertInto(table)
      .values(
        Array.from({ length: rows }, (_, row) =>
          Object.fromEntries(columns.map((column) => [column, values[`${column}${row}`]])),
        ),
      )
      .onConflict((conflict) => conflict.doNothing())
      .returning(identity),
)

/**
 * Inserts those rows that collide with none, all of the same columns. Gives what tells each of them from others,
 * as `identityOf` makes it, in no order.
 */
export async function insertImportRows(
  db: Database,
  table: Table,
  identity: readonly string[],
  rows: readonly Row[],
): Promise<string[]> {
  const [first] = rows
  if (!first) return []
  const columns = Object.keys(first)
  const inserted: string[] = []
  for (let start = 0; start < rows.length; ) {
    const size = Math.min(MAX_ROWS, 2 ** Math.floor(Math.log2(rows.length - start)))
    const values: Record<string, unknown> = {}
    for (let index = 0; index < size; index++)
      for (const column of columns) values[`${column}${index}`] = rows[start + index]?.[column]
    const shape = { table, columns, identity, rows: size }
    const found = await insert(db, values, shape, `${table} ${size} ${columns.join()}`)
    for (const row of found) inserted.push(identityOf(row, identity))
    start += size
  }
  return inserted
}

/** The identity of a row, as one text. */
export function identityOf(row: Row, identity: readonly string[]): string {
  return identity.length === 1
    ? String(row[identity[0] as string])
    : JSON.stringify(identity.map((column) => row[column]))
}

/** Changes some columns of a row. */
export async function updateImportRow(db: Database, table: Table, id: number, change: Row): Promise<void> {
  await anyTable(db).updateTable(table).set(change).where('id', '=', id).execute()
}

/** Deletes all rows of a table. */
export async function emptyTable(db: Database, table: Table): Promise<void> {
  await db.deleteFrom(table).execute()
}

/** The ids of all rows of a table, ascending. */
export async function* listImportedIds(db: Database, table: Table): AsyncGenerator<number> {
  for (let last = 0; ; ) {
    const rows = await anyTable(db)
      .selectFrom(table)
      .select('id')
      .$castTo<{ id: number }>()
      .where('id', '>', last)
      .orderBy('id')
      .limit(PAGE)
      .execute()
    for (const { id } of rows) yield id
    if (rows.length < PAGE) return
    last = rows.at(-1)?.id ?? last
  }
}

/** Some columns of the rows with these ids. */
export async function readImportRows(
  db: Database,
  table: Table,
  columns: readonly string[],
  ids: readonly number[],
  column = 'id',
): Promise<Row[]> {
  return await anyTable(db)
    .selectFrom(table)
    .select(columns)
    .where(capabilities(db).anyOf(sql.ref(column), ids))
    .execute()
}

/** The row with these values, if any. */
export async function findImportRow(
  db: Database,
  table: Table,
  values: Readonly<Record<string, unknown>>,
): Promise<Row | undefined> {
  let query = anyTable(db).selectFrom(table).selectAll()
  for (const [column, value] of Object.entries(values)) query = query.where(column, '=', value)
  return await query.executeTakeFirst()
}

export async function countImportRows(db: Database, table: Table): Promise<number> {
  const { count } = await db
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}

/** The highest id of the table; 0 if it is empty. */
export async function highestId(db: Database, table: Table): Promise<number> {
  const row = await anyTable(db)
    .selectFrom(table)
    .select((eb) => eb.fn.max<number | null>('id').as('id'))
    .executeTakeFirst()
  return row?.id ?? 0
}
