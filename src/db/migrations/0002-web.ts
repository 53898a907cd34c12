import type { Database } from '../schema.js'
import { Tables } from '../tables.js'

/** Tables of the web pages: sessions, and an index for the order of patch lists. */
export async function up(db: Database): Promise<void> {
  const define = new Tables(db)
  await define.table('sessions', (table) =>
    table.texts('digest', 'created', 'expires', 'agent').reference('user_id', 'users'),
  )
  await define.unique('sessions', 'digest')
  await define.index('sessions', 'user_id')
  await define.index('sessions', 'expires')
  await define.index('patches', 'project_id', 'archived', 'state_id', 'date', 'id')
}
