import { capabilities } from '../dialect/dialect.js'
import type { Database } from '../schema.js'

/** A series knows which of its mails is the earliest, whatever order they come in. */
export async function up(db: Database): Promise<void> {
  const { textType } = capabilities(db)
  await db.schema
    .alterTable('series')
    .addColumn('earliest', textType as 'text')
    .execute()
}
