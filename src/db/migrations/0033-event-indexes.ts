import { sql } from 'kysely'
import type { Database } from '../schema.js'

/** What filters of events name: most events have only some of them. */
const COLUMNS = ['patch_id', 'series_id', 'cover_id', 'actor_id'] as const

/**
 * Indexes of events without the rows that name nothing, which no query looks for.
 */
export async function up(db: Database): Promise<void> {
  for (const column of COLUMNS)
    await db.schema
      .createIndex(`events_${column}`)
      .on('events')
      .columns([column, 'id'])
      .where(sql.ref(column), 'is not', null)
      .execute()
}
