import type { Database } from '../schema.js'
import { Tables } from '../tables.js'

/** Events of the versions of series, with numbers of their own. */
export async function up(db: Database): Promise<void> {
  const define = new Tables(db)
  await define.table('series_events', (table) =>
    table
      .texts('category', 'date')
      .numbers('project_id')
      .optionalNumbers('actor_id')
      .reference('series_id', 'series')
      .optionalReference('other_id', 'series')
      .optionalTexts('reason'),
  )
  await define.index('series_events', 'category', 'date')
  await define.index('series_events', 'series_id')
  await define.index('series_events', 'other_id')
}
