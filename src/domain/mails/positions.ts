import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'

/** The read position of a mail source, in its own format; undefined if it was never read. */
export async function findPosition(db: Database, source: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('mail_positions')
    .select('position')
    .where('source', '=', source)
    .executeTakeFirst()
  return row?.position
}

/** Stores the read position, in the transaction that journals the mails. */
export async function savePosition(db: Database, source: string, position: string): Promise<void> {
  await db
    .insertInto('mail_positions')
    .values({ source, position })
    .onConflict((conflict) => conflict.column('source').doUpdateSet({ position }))
    .execute()
}

/** The names of sources with a prefix. */
export async function listSources(db: Database, prefix: string): Promise<string[]> {
  const rows = await db.selectFrom('mail_positions').select('source').orderBy('source').execute()
  return rows.map(({ source }) => source).filter((source) => source.startsWith(prefix))
}

/** Renames a source; if the new name already has a position, the old one is deleted. */
export async function renameSource(database: Database, from: string, to: string): Promise<void> {
  await transaction(database, async (db) => {
    if ((await findPosition(db, to)) === undefined)
      await db.updateTable('mail_positions').set({ source: to }).where('source', '=', from).execute()
    else await db.deleteFrom('mail_positions').where('source', '=', from).execute()
  })
}
