import { sql } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import type { Time } from '../../db/schema.js'

/** The comments on the mails of one series, or on one patch. */
export interface Activity {
  id: number
  count: number
  /** How many of them need action. */
  open: number
  /** The date of the newest one. */
  last_date: Time
}

const FIGURES = sql`
  count(*) as count, sum(case when c.addressed = 0 then 1 else 0 end) as open, max(c.date) as last_date`

/** Comments of some series, at most two rows each: of the patches and of the cover. Those without have none. */
export const activityOfSeries = byIds<Activity>((db, ids) =>
  db
    .selectFrom(
      sql<Activity>`(
        select p.series_id as id, ${FIGURES} from patches as p join patch_comments as c on c.patch_id = p.id
          where ${capabilities(db).anyOf(sql.ref('p.series_id'), ids)} group by p.series_id
        union all
        select s.id as id, ${FIGURES} from series as s join cover_comments as c on c.cover_id = s.cover_id
          where ${capabilities(db).anyOf(sql.ref('s.id'), ids)} group by s.id)`.as('activity'),
    )
    .select(['id', sql<number>`cast(count as integer)`.as('count'), 'last_date'])
    .select(sql<number>`cast(open as integer)`.as('open')),
)

/** Comments of some patches. */
export const activityOfPatches = byIds<Activity>((db, ids) =>
  db
    .selectFrom('patch_comments as c')
    .select(['c.patch_id as id', (eb) => eb.fn.countAll<number>().as('count')])
    .select([
      sql<number>`cast(sum(case when c.addressed = 0 then 1 else 0 end) as integer)`.as('open'),
      (eb) => eb.fn.max('c.date').as('last_date'),
    ])
    .where((eb) => capabilities(db).anyOf(eb.ref('c.patch_id'), ids))
    .groupBy('c.patch_id'),
)
