import type { Database } from '../schema.js'
import { Tables } from '../tables.js'

/** The branches whose commits accept patches, and what patches are found by besides their hash. */
export async function up(db: Database): Promise<void> {
  const define = new Tables(db)
  await define.table('trees', (table) =>
    table
      .reference('project_id', 'projects')
      .texts('url', 'branch')
      .reference('state_id', 'states')
      .optionalTexts('head', 'fetched', 'due', 'problem'),
  )
  await define.unique('trees', 'project_id', 'url', 'branch')
  await define.index('trees', 'due')
  await define.plain('patch_keys', (table) =>
    table.owner('patch_id', 'patches').numbers('project_id').texts('name_key').optionalTexts('diff_key'),
  )
  await define.index('patch_keys', 'project_id', 'name_key')
  await define.index('patch_keys', 'project_id', 'diff_key')
}
