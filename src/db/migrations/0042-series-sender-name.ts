import { capabilities } from '../dialect/dialect.js'
import type { Database } from '../schema.js'

/** A series knows the name that its sender had in its first mail: that of a person changes with later mails. */
export async function up(db: Database): Promise<void> {
  const { textType } = capabilities(db)
  await db.schema
    .alterTable('series')
    .addColumn('sender_name', textType as 'text')
    .execute()
}
