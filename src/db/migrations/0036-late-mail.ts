import type { Database } from '../schema.js'
import { Tables } from '../tables.js'

/** What the commits of trees are found by when a mail arrives after its commit. */
export async function up(db: Database): Promise<void> {
  const define = new Tables(db)
  await db.schema.alterTable('trees').addColumn('last_patch', 'integer').execute()
  await define.table('commit_keys', (table) =>
    table.reference('project_id', 'projects').reference('tree_id', 'trees').texts('commit_ref', 'digest'),
  )
  await define.index('commit_keys', 'tree_id', 'digest')
  await define.index('commit_keys', 'tree_id', 'commit_ref')
  await define.index('commit_keys', 'project_id')
}
