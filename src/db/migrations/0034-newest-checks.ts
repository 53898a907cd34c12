import { sql } from 'kysely'
import { capabilities } from '../dialect/dialect.js'
import type { Database } from '../schema.js'
import { Tables } from '../tables.js'

/** The newest check of each patch, context and user; and up to which check replaced ones were deleted. */
export async function up(db: Database): Promise<void> {
  const define = new Tables(db)
  const key = ['patch_id', 'context', 'user_id']
  // No references: a server of an older version deletes patches and accounts without knowing of this table.
  await define.keyed('newest_checks', key, (table) =>
    table
      .numbers('patch_id')
      .texts('context')
      .numbers('user_id', 'check_id', 'state')
      .optionalTexts('expires'),
  )
  await sql`
    insert into newest_checks (patch_id, context, user_id, check_id, state, expires)
    select patch_id, context, user_id, id, state, expires from checks
    where id in (select max(id) from checks group by patch_id, context, user_id)`.execute(db)
  await capabilities(db).keepNewest(db, {
    table: 'checks',
    names: 'newest_checks',
    key,
    id: 'check_id',
    copied: ['state', 'expires'],
  })
  await define.table('check_retention', (table) => table.numbers('position'))
}
