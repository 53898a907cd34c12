import type { Database } from '../schema.js'
import { Tables } from '../tables.js'

/** Who changed what of the site, its projects and its accounts. */
export async function up(db: Database): Promise<void> {
  const define = new Tables(db)
  await define.table('audit', (table) =>
    table
      .texts('time', 'actor', 'way', 'action', 'kind', 'name', 'change')
      // Not foreign keys: the audit trail keeps its records when the objects are deleted.
      .optionalNumbers('actor_id', 'project_id'),
  )
  await define.index('audit', 'project_id', 'id')
}
