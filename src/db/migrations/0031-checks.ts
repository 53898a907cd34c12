import { capabilities } from '../dialect/dialect.js'
import type { Database } from '../schema.js'
import { Tables } from '../tables.js'

/**
 * What a check tested and until when it may be pending, by which key it was posted; the contexts that a project
 * requires; and the contexts that events ask to be tested again.
 */
export async function up(db: Database): Promise<void> {
  const define = new Tables(db)
  const textType = capabilities(db).textType as 'text'
  for (const [table, name] of [
    ['checks', 'revision_tree'],
    ['checks', 'revision_commit'],
    ['checks', 'expires'],
    ['checks', 'idempotency_key'],
    ['checks', 'request_digest'],
    ['patches', 'checks_pending_until'],
    ['series_events', 'contexts'],
  ] as const)
    await db.schema.alterTable(table).addColumn(name, textType).execute()
  await db.schema
    .createIndex('checks_idempotency_key')
    .on('checks')
    .columns(['user_id', 'idempotency_key'])
    .where('idempotency_key', 'is not', null)
    .execute()
  await db.schema
    .alterTable('projects')
    .addColumn('required_contexts', textType, (column) => column.notNull().defaultTo(''))
    .execute()
  await define.plain('required_contexts', (table) =>
    table.reference('project_id', 'projects').texts('context'),
  )
  await define.unique('required_contexts', 'project_id', 'context')
}
