import { insertRows } from '../../db/prepared.js'
import type { Database, Schema, Time } from '../../db/schema.js'

/** Stored state of the import from another Patchwork. */

type Table = keyof Schema

export interface Move {
  /** Tells the installation that the rows come from. */
  installation: string
  /** The most recent source, for display. */
  source: string
  /** Of a source that cannot change, a dump: which it was. */
  fingerprint: string | null
  finished: Time | null
}

/** The move that this database has come from, or is in the middle of. */
export async function findMove(db: Database): Promise<Move | undefined> {
  return await db
    .selectFrom('moves')
    .select(['installation', 'source', 'fingerprint', 'finished'])
    .executeTakeFirst()
}

/** Stores the state of the import. */
export async function saveMove(db: Database, move: Move): Promise<void> {
  const { numUpdatedRows } = await db.updateTable('moves').set(move).executeTakeFirstOrThrow()
  if (numUpdatedRows === 0n) await db.insertInto('moves').values(move).execute()
}

export interface MovedTable {
  /** Where the source is to be read on. */
  mark: string | null
  /** The highest number of its rows. */
  last_id: number
  /** Whether it was read to its end. */
  is_done: boolean
}

/** How far each table has come, by its name. */
export async function listMovedTables(db: Database): Promise<ReadonlyMap<string, MovedTable>> {
  const rows = await db.selectFrom('moved_tables').selectAll().execute()
  return new Map(rows.map(({ name, is_done, ...row }) => [name, { ...row, is_done: is_done === 1 }]))
}

export async function saveMovedTable(db: Database, name: Table, table: MovedTable): Promise<void> {
  await db
    .insertInto('moved_tables')
    .values({ name, ...table })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(table))
    .execute()
}

export interface MoveProblem {
  table_name: Table
  row_key: string
  reason: string
  is_left_out: boolean
}

const MAX_PROBLEMS = 100

/** Stores problems with rows that could not be imported unchanged. */
export async function insertMoveProblems(db: Database, problems: readonly MoveProblem[]): Promise<void> {
  for (let start = 0; start < problems.length; start += MAX_PROBLEMS)
    await insertRows(db, 'move_problems', problems.slice(start, start + MAX_PROBLEMS))
}

/** Deletes problems of a table: all, those of rows that were left out, or those with one reason. */
export async function deleteMoveProblems(
  db: Database,
  table: Table,
  { isSkipped, reason }: { isSkipped?: boolean; reason?: string } = {},
): Promise<void> {
  let query = db.deleteFrom('move_problems').where('table_name', '=', table)
  if (isSkipped !== undefined) query = query.where('is_left_out', '=', Number(isSkipped))
  if (reason !== undefined) query = query.where('reason', '=', reason)
  await query.execute()
}

export interface ProblemGroup {
  table_name: string
  reason: string
  is_left_out: number
  count: number
  example: string
}

/** What could not be carried as it was, and of how many rows that is so. */
export async function groupMoveProblems(db: Database): Promise<ProblemGroup[]> {
  return await db
    .selectFrom('move_problems')
    .select(['table_name', 'reason', 'is_left_out'])
    .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.min('row_key').as('example')])
    .groupBy(['table_name', 'reason', 'is_left_out'])
    .orderBy('table_name')
    .orderBy('is_left_out', 'desc')
    .orderBy('reason')
    .execute()
}

const PAGE = 1000

/** All of it, row by row. */
export async function* listMoveProblems(db: Database): AsyncGenerator<MoveProblem> {
  for (let last = 0; ; ) {
    const rows = await db
      .selectFrom('move_problems')
      .selectAll()
      .where('id', '>', last)
      .orderBy('id')
      .limit(PAGE)
      .execute()
    for (const { id, is_left_out, table_name, ...row } of rows) {
      yield { ...row, table_name: table_name as Table, is_left_out: is_left_out === 1 }
      last = id
    }
    if (rows.length < PAGE) return
  }
}

/** Which rows of a table are not here as they were. */
export async function listProblemKeys(db: Database, table: Table): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('move_problems')
    .select('row_key')
    .where('table_name', '=', table)
    .execute()
  return new Set(rows.map(({ row_key }) => row_key))
}
