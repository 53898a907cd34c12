import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'

/**
 * The table of the newest checks, made anew of all checks. Triggers keep it, so this is for what went past them, such as
 * a repair by hand.
 */

const COLUMNS = sql`patch_id, context, user_id, check_id, state, expires`

const NEWEST: RawBuilder<unknown> = sql`
  select patch_id, context, user_id, id as check_id, state, expires from checks
  where id in (select max(id) from checks group by patch_id, context, user_id)`

/** How many rows of the table are wrong or missing. Reads all checks. */
export async function countWrongNewest(db: Database): Promise<number> {
  const stored = sql`select ${COLUMNS} from newest_checks`
  const { rows } = await sql<{ wrong: number }>`
    select count(*) as wrong from (
      select patch_id, context, user_id from (select * from (${NEWEST}) as a except ${stored}) as missing
      union select patch_id, context, user_id from (${stored} except select * from (${NEWEST}) as b) as wrong) as keys`.execute(
    db,
  )
  return rows[0]?.wrong ?? 0
}

/** Makes the table anew, if it is wrong; returns how many rows were wrong or missing. Other writers wait meanwhile. */
export async function correctNewest(database: Database): Promise<number> {
  return await transaction(database, async (db) => {
    const wrong = await countWrongNewest(db)
    if (wrong === 0) return 0
    await db.deleteFrom('newest_checks').execute()
    await sql`insert into newest_checks (${COLUMNS}) ${NEWEST}`.execute(db)
    return wrong
  })
}
