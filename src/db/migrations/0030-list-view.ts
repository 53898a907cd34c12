import { capabilities } from '../dialect/dialect.js'
import type { Database } from '../schema.js'

/**
 * What a list of patches shows first: `series` or `patches`. Projects that are there, and those that move over, keep
 * what their people know. The view of an account is blank until it chooses one.
 */
export async function up(db: Database): Promise<void> {
  const textType = capabilities(db).textType as 'text'
  for (const [table, view] of [
    ['projects', 'patches'],
    ['users', ''],
  ] as const)
    await db.schema
      .alterTable(table)
      .addColumn('list_view', textType, (column) => column.notNull().defaultTo(view))
      .execute()
}
