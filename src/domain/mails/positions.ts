import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'

/** How far a mail source was read, in a form of its own; undefined if never. */
export async function findPosition(db: Database, source: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('mail_positions')
    .select('position')
    .where('source', '=', source)
    .executeTakeFirst()
  return row?.position
}

/** Notes how far it was read: in the transaction that put what was read into the journal. */
export async function savePosition(db: Database, source: string, position: string): Promise<void> {
  await db
    .insertInto('mail_positions')
    .values({ source, position })
    .onConflict((conflict) => conflict.column('source').doUpdateSet({ position }))
    .execute()
}

/** The names of sources that begin with a text. */
export async function listSources(db: Database, prefix: string): Promise<string[]> {
  const rows = await db.selectFrom('mail_positions').select('source').orderBy('source').execute()
  return rows.map(({ source }) => source).filter((source) => source.startsWith(prefix))
}

/** Gives a source another name; where that has a position already, the old one is forgotten. */
export async function renameSource(database: Database, from: string, to: string): Promise<void> {
  await transaction(database, async (db) => {
    if ((await findPosition(db, to)) === undefined)
      await db.updateTable('mail_positions').set({ source: to }).where('source', '=', from).execute()
    else await db.deleteFrom('mail_positions').where('source', '=', from).execute()
  })
}
