import { capabilities } from '../dialect/dialect.js'
import type { Database } from '../schema.js'
import { Tables } from '../tables.js'

/**
 * Many tokens for each account, each with a name and limits; those that are there have no limits. Checkers may post
 * checks on a project's patches, and bots are accounts without a password that belong to a project.
 */
export async function up(db: Database): Promise<void> {
  const define = new Tables(db)
  const textType = capabilities(db).textType as 'text'
  for (const name of ['name', 'made_by'])
    await db.schema
      .alterTable('tokens')
      .addColumn(name, textType, (column) => column.notNull().defaultTo(''))
      .execute()
  for (const name of ['scopes', 'projects', 'contexts', 'expires', 'last_used', 'warned'])
    await db.schema.alterTable('tokens').addColumn(name, textType).execute()
  await define.index('tokens', 'expires')
  await define.link('checkers', ['user_id', 'users'], ['project_id', 'projects'])
  await define.index('checkers', 'project_id')
  await define.plain('bots', (table) => table.owner('user_id', 'users').reference('project_id', 'projects'))
  await define.index('bots', 'project_id')
}
