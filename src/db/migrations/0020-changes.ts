import type { Database } from '../schema.js'
import { Tables } from '../tables.js'

/** What was changed of patches and series, so that it can be undone. */
export async function up(db: Database): Promise<void> {
  const define = new Tables(db)
  await define.table('change_batches', (table) =>
    table
      .reference('project_id', 'projects')
      .texts('time', 'actor', 'way')
      // Not foreign keys: the accounts and batches may be deleted before this one.
      .optionalNumbers('actor_id', 'undoes_id', 'origin_id')
      .optionalTexts('rule', 'evidence')
      .flags({ is_redo: 0 }),
  )
  await define.index('change_batches', 'project_id', 'id')
  await define.index('change_batches', 'time')
  await define.plain('change_items', (table) =>
    table
      .reference('batch_id', 'change_batches')
      .optionalReference('patch_id', 'patches')
      .optionalReference('series_id', 'series')
      .texts('field')
      .optionalNumbers('before', 'after', 'undone_id'),
  )
  await define.index('change_items', 'batch_id')
  await define.index('change_items', 'patch_id')
  await define.index('change_items', 'series_id')
}
