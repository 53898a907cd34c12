import type { Database } from '../schema.js'
import { Tables } from '../tables.js'

/** Work on all patches of a project, failures that are reported to administrators, and states that can be deleted. */
export async function up(db: Database): Promise<void> {
  const define = new Tables(db)
  await define.table('reworks', (table) =>
    table
      .texts('kind', 'actor', 'started')
      .optionalTexts('finished')
      .numbers('project_id', 'total')
      .flags({ position: 0, done: 0, changed: 0 })
      .optionalNumbers('actor_id'),
  )
  await define.index('reworks', 'finished', 'id')
  await define.index('reworks', 'project_id', 'id')
  await define.table('failures', (table) =>
    table.texts('kind', 'name', 'reason', 'first', 'last').optionalTexts('told').flags({ count: 1 }),
  )
  await define.unique('failures', 'kind', 'name')
  // Whether a state was ever anybody's is asked when it is deleted; few of many million events name one.
  for (const column of ['previous_state_id', 'current_state_id'] as const)
    await db.schema
      .createIndex(`events_${column}`)
      .on('events')
      .column(column)
      .where(column, 'is not', null)
      .execute()
}
