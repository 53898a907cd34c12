import { capabilities } from '../dialect/dialect.js'
import type { Database } from '../schema.js'
import { Tables } from '../tables.js'

/**
 * What a project does by itself, what it suggests instead, and changes of texts, such as the commit of a patch. Projects
 * that exist do nothing by themselves.
 */
export async function up(db: Database): Promise<void> {
  const define = new Tables(db)
  const textType = capabilities(db).textType as 'text'
  for (const name of ['auto_superseded', 'auto_accepted', 'auto_archived'])
    await db.schema
      .alterTable('projects')
      .addColumn(name, textType, (column) => column.notNull().defaultTo('off'))
      .execute()
  await db.schema
    .alterTable('projects')
    .addColumn('archive_days', 'integer', (column) => column.notNull().defaultTo(90))
    .execute()
  for (const name of ['before_text', 'after_text'])
    await db.schema.alterTable('change_items').addColumn(name, textType).execute()
  await define.table('suggestions', (table) =>
    table
      .reference('project_id', 'projects')
      .texts('rule', 'cause', 'time', 'evidence')
      // Not a foreign key: series may be merged before the suggestion is followed.
      .optionalNumbers('series_id')
      .optionalTexts('dismissed'),
  )
  await define.unique('suggestions', 'project_id', 'rule', 'cause')
  await define.index('suggestions', 'series_id')
  await define.plain('suggestion_items', (table) =>
    table
      .reference('suggestion_id', 'suggestions')
      .reference('patch_id', 'patches')
      // Not foreign keys: states may be deleted before the suggestion.
      .numbers('from_state_id')
      .optionalNumbers('state_id', 'archived')
      .optionalTexts('commit_ref'),
  )
  await define.index('suggestion_items', 'suggestion_id')
  await define.index('suggestion_items', 'patch_id')
}
