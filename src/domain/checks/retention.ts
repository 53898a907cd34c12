import { sql } from 'kysely'
import { deleteByIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import type { Database, Time } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'

/**
 * Deletes replaced checks. Ids rise with time, so each check is looked at once, when it is old enough: those that it had
 * replaced are deleted then. The newest check of a patch, context and user stays whatever its age.
 */

/** Checks that one transaction looks at. */
const BATCH = 500

/**
 * Deletes the checks that were replaced before a time, with the events that they were posted; other writers run between
 * two batches. Returns how many were deleted.
 */
export async function deleteReplacedChecks(
  database: Database,
  before: Time,
  signal: AbortSignal,
): Promise<number> {
  let deleted = 0
  while (!signal.aborted) {
    const count = await transaction(database, async (db) => await deleteNext(db, before))
    if (count === undefined) break
    deleted += count
  }
  return deleted
}

/** Undefined: there are no more checks of before that time. */
async function deleteNext(db: Database, before: Time): Promise<number | undefined> {
  const [known] = await db.selectFrom('check_retention').select('position').execute()
  const rows = await db
    .selectFrom('checks')
    .select(['id', 'patch_id', 'date'])
    .where('id', '>', known?.position ?? 0)
    .orderBy('id')
    .limit(BATCH)
    .execute()
  const end = rows.findIndex(({ date }) => date >= before)
  const old = end === -1 ? rows : rows.slice(0, end)
  const last = old.at(-1)
  if (!last) return undefined
  const patches = [...new Set(old.map(({ patch_id }) => patch_id))]
  const replaced = await readReplaced(db, patches, last.id)
  await db
    .deleteFrom('events')
    .where(capabilities(db).anyOf(sql.ref('patch_id'), patches))
    .where('category', '=', 'check-created')
    .where(capabilities(db).anyOf(sql.ref('check_id'), replaced))
    .execute()
  await deleteByIds(db, 'checks', replaced)
  if (known) await db.updateTable('check_retention').set({ position: last.id }).execute()
  else await db.insertInto('check_retention').values({ position: last.id }).execute()
  return replaced.length
}

/** The checks of some patches that another one has replaced whose id is at most `last`. */
async function readReplaced(db: Database, patches: readonly number[], last: number): Promise<number[]> {
  const placed = db
    .selectFrom('checks')
    .select('id')
    .select(
      sql<number>`row_number() over (partition by patch_id, user_id, context order by id desc)`.as('place'),
    )
    .where(capabilities(db).anyOf(sql.ref('patch_id'), patches))
    .where('id', '<=', last)
    .as('placed')
  const rows = await db.selectFrom(placed).select('id').where('place', '>', 1).execute()
  return rows.map(({ id }) => id)
}
