import type { Database } from '../schema.js'
import { Tables } from '../tables.js'

/** What mails say that they build on is kept: it may come after them, and its series may change. */
export async function up(db: Database): Promise<void> {
  const define = new Tables(db)
  await define.plain('prerequisites', (table) =>
    table.numbers('project_id').optionalNumbers('patch_id', 'cover_id', 'version').texts('target'),
  )
  await define.index('prerequisites', 'target', 'project_id')
  await define.index('prerequisites', 'patch_id')
  await define.index('prerequisites', 'cover_id')
}
