import type { Insertable } from 'kysely'
import { capabilities } from './dialect/dialect.js'
import { deferWrite, type Later } from './later.js'
import { pipelineOf, sendQuery } from './pipeline.js'
import { type Compilable, compileShapes, insertQueries, type Parameters } from './prepared.js'
import type { Database, Schema } from './schema.js'
import { openConnection, runQuery } from './transaction-connection.js'

/**
 * Ids that a transaction gives out itself, or knows before the database has given them. There is no other writer, so it
 * knows the next ones, and rows that others name by their ids can be inserted later, many by one statement, with the ids
 * that the database would have given them.
 */

/** Tables whose rows may be inserted later although others name them. */
type Table = 'patch_comments' | 'cover_comments'

/** Tables whose rows are inserted at once, but whose ids are known before the database returns them. */
type ForeseenTable = 'patches' | 'covers' | 'series' | 'people'

const TABLES = ['patch_comments', 'cover_comments', 'patches', 'covers', 'series', 'people'] as const

/** For each table the last id that was given out; undefined until the database has been asked. */
const lastIds = new WeakMap<Database, Map<Table | ForeseenTable, number>>()

/** Has a transaction give out ids: worth its while for many mails only. */
export function giveOutIds(db: Database): void {
  if (!db.isTransaction) throw new Error('Only a transaction gives out ids: it is the only writer.')
  lastIds.set(db, new Map())
}

/** Inserts a row before the transaction ends; returns its id, or undefined if the transaction gives out none. */
export async function insertWithGivenId<T extends Table>(
  db: Database,
  table: T,
  row: Omit<Insertable<Schema[T]>, 'id'>,
): Promise<number | undefined> {
  const known = lastIds.get(db)
  if (!known) return undefined
  const id = await nextId(db, table, known)
  await deferWrite<object>(db, WRITERS[table], [{ ...row, id }])
  return id
}

async function nextId(
  db: Database,
  table: Table | ForeseenTable,
  known: Map<Table | ForeseenTable, number>,
): Promise<number> {
  if (!known.has(table)) {
    // Of the others rows may be sent meanwhile.
    const unknown = TABLES.filter((name) => !known.has(name))
    for (const [name, last] of await capabilities(db).lastIds(db, unknown)) known.set(name as Table, last)
  }
  const id = (known.get(table) as number) + 1
  known.set(table, id)
  return id
}

/**
 * A statement that inserts one row and returns its id; see `prepare`. A transaction that gives out ids does not wait for
 * the database where it need not: the id is the next one, and if the database gives another, the transaction fails.
 */
export function prepareInsert<P extends object>(
  table: ForeseenTable,
  build: (db: Database, parameters: Parameters<P>) => Compilable<{ id: number }>,
): (db: Database, values: P) => Promise<number> {
  const compile = compileShapes<P, { id: number }, undefined>(build)
  return async (db, values) => {
    const query = compile(db, values, undefined, '')
    const known = lastIds.get(db)
    const connection = known && openConnection(db)
    if (!connection || !pipelineOf(connection)) return (await runQuery(db, query)).rows[0]?.id as number
    const id = await nextId(db, table, known)
    await sendQuery(connection, query, ([row]) => {
      if (row?.id !== id) throw new Error(`The database gave ${row?.id} and not ${id} to a row of ${table}.`)
    })
    return id
  }
}

function writerOf(table: Table): Later<object> {
  return {
    tables: [table],
    isNamedByOthers: true,
    *statements(db, rows) {
      yield* insertQueries(db, table, rows as Insertable<Schema[Table]>[])
      const known = lastIds.get(db)
      const last = known?.get(table)
      // Another statement may insert rows from here on.
      known?.delete(table)
      const advance = last === undefined ? undefined : capabilities(db).advanceIds(db, table, last)
      if (advance) yield advance
    },
  }
}

const WRITERS: Record<Table, Later<object>> = {
  patch_comments: writerOf('patch_comments'),
  cover_comments: writerOf('cover_comments'),
}
