import type { Database } from '../../db/schema.js'

/** How far we have read a source of mail, in words of its own; undefined if never. */
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
