import type { Database } from '../schema.js'

/**
 * Drops the indexes of events that have others in their place. By itself and last, because from here on readers on
 * PostgreSQL wait until all migrations are committed.
 */
export async function up(db: Database): Promise<void> {
  for (const column of ['patch_id', 'series_id', 'cover_id', 'actor_id'])
    await db.schema.dropIndex(`events_${column}_id`).ifExists().execute()
}
