import { capabilities } from '../dialect/dialect.js'
import type { Database } from '../schema.js'

/** A series knows when the first of its mails reached their list: one that reached it much later was not sent before it. */
export async function up(db: Database): Promise<void> {
  const { textType } = capabilities(db)
  await db.schema
    .alterTable('series')
    .addColumn('reached', textType as 'text')
    .execute()
}
