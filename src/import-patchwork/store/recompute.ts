import { sql } from 'kysely'
import type { Database } from '../../db/schema.js'

/** What we keep beside rows to be fast, made anew of the rows: for many of them at once. */

/** The counts of the newest checks of the patches from `first` to `last`. */
export async function recomputeCheckCounts(db: Database, first: number, last: number): Promise<void> {
  await sql`
    update patches set checks_pending = 0, checks_success = 0, checks_warning = 0, checks_fail = 0
    where id between ${first} and ${last}
      and checks_pending + checks_success + checks_warning + checks_fail > 0
      and not exists (select 1 from newest_checks where newest_checks.patch_id = patches.id)`.execute(db)
  await sql`
    update patches
    set checks_pending = c.pending, checks_success = c.success,
      checks_warning = c.warning, checks_fail = c.fail
    from (
      select patch_id,
        count(case when state = 0 then 1 end) as pending,
        count(case when state = 1 then 1 end) as success,
        count(case when state = 2 then 1 end) as warning,
        count(case when state = 3 then 1 end) as fail
      from newest_checks
      where patch_id between ${first} and ${last}
      group by patch_id) as c
    where c.patch_id = patches.id
      and (checks_pending <> c.pending or checks_success <> c.success
        or checks_warning <> c.warning or checks_fail <> c.fail)`.execute(db)
}

const CREATED = {
  patches: { column: 'patch_id', category: 'patch-created' },
  covers: { column: 'cover_id', category: 'cover-created' },
  series: { column: 'series_id', category: 'series-created' },
} as const

/** When the rows from `first` to `last` reached us: as the events say that tell of their coming. */
export async function recomputeReceived(
  db: Database,
  table: keyof typeof CREATED,
  first: number,
  last: number,
): Promise<void> {
  const { column, category } = CREATED[table]
  await sql`
    update ${sql.table(table)} set received = e.date
    from (
      select ${sql.ref(column)} as row_id, min(date) as date from events
      where ${sql.ref(column)} between ${first} and ${last} and category = ${category}
      group by ${sql.ref(column)}) as e
    where e.row_id = ${sql.ref(`${table}.id`)} and received <> e.date`.execute(db)
}
