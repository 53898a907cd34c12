import type { Insertable } from 'kysely'
import { capabilities } from './dialect/dialect.js'
import { deferWrite, type Later } from './later.js'
import { insertQueries } from './prepared.js'
import type { Database, Schema } from './schema.js'

/**
 * Ids that a transaction gives out itself. There is no other writer, so it knows the next ones, and rows that others name
 * by their ids can be inserted later, many by one statement, with the ids that the database would have given them.
 */

/** Tables whose rows may be inserted later although others name them. */
type Table = 'patch_comments' | 'cover_comments'

/** For each table the last id that was given out; undefined until the database has been asked. */
const lastIds = new WeakMap<Database, Map<Table, number>>()

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
  const id = (known.get(table) ?? (await capabilities(db).lastId(db, table))) + 1
  known.set(table, id)
  await deferWrite<object>(db, WRITERS[table], [{ ...row, id }])
  return id
}

function writerOf(table: Table): Later<object> {
  return {
    tables: [table],
    isNamedByOthers: true,
    write: async (db, run, rows) => {
      for (const query of insertQueries(db, table, rows as Insertable<Schema[Table]>[])) await run(query)
      const known = lastIds.get(db)
      const last = known?.get(table)
      // Another statement may insert rows from here on.
      known?.delete(table)
      const advance = last === undefined ? undefined : capabilities(db).advanceIds(db, table, last)
      if (advance) await run(advance)
    },
  }
}

const WRITERS: Record<Table, Later<object>> = {
  patch_comments: writerOf('patch_comments'),
  cover_comments: writerOf('cover_comments'),
}
