import type { Database } from '../schema.js'
import { Tables } from '../tables.js'

/** How far rules have looked at what was there when they were turned on. */
export async function up(db: Database): Promise<void> {
  const define = new Tables(db)
  await define.plain('rule_reviews', (table) => table.owner('project_id', 'projects').numbers('position'))
}
