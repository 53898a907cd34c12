import type { Database } from '../schema.js'
import { Tables } from '../tables.js'

/**
 * A message id may lead to several series: the versions that answer one cover. Series are found by their markers,
 * replies by the message ids that they answer, which may arrive later.
 */
export async function up(db: Database): Promise<void> {
  const define = new Tables(db)
  await db.schema.dropIndex('series_references_msgid_project_id').execute()
  await define.index('series_references', 'msgid', 'project_id')
  await define.plain('mail_references', (table) =>
    table.numbers('mail_id', 'project_id').texts('msgid', 'received'),
  )
  await define.index('mail_references', 'msgid', 'project_id')
  await define.index('mail_references', 'mail_id')
  await define.index('mail_references', 'received')
  await define.index('series', 'submitter_id', 'project_id', 'version', 'total', 'date', 'id')
}
