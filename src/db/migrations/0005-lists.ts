import type { Database } from '../schema.js'
import { Tables } from '../tables.js'

/** The order in which a project's series are looked through. */
export async function up(db: Database): Promise<void> {
  await new Tables(db).index('series', 'project_id', 'date', 'id')
}
