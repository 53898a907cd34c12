import { capabilities } from '../dialect/dialect.js'
import type { Database } from '../schema.js'

/** Projects can be on their way out. */
export async function up(db: Database): Promise<void> {
  const { textType } = capabilities(db)
  await db.schema
    .alterTable('projects')
    .addColumn('removed', textType as 'text')
    .execute()
}
