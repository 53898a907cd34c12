import type { Database } from '../schema.js'
import { Tables } from '../tables.js'

/** Who changed what of the site, its projects and its accounts. */
export async function up(db: Database): Promise<void> {
  const define = new Tables(db)
  await define.table('audit', (table) =>
    table
      .texts('time', 'actor', 'way', 'action', 'kind', 'name', 'change')
      // Not references: the trail goes on telling of what is gone.
      .optionalNumbers('actor_id', 'project_id'),
  )
  await define.index('audit', 'project_id', 'id')
}
