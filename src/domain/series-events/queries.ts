import { type Selectable, sql } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { prepare } from '../../db/prepared.js'
import type { SeriesEventTable } from '../../db/topic-tables.js'
import type { FeedSource } from '../events/feed.js'
import type { FeedEvent } from '../events/matches.js'

/** Events of the versions of series. */

export interface SeriesEventRow extends Selectable<SeriesEventTable> {
  series_name: string | null
  series_date: string
  series_version: number
  other_name: string | null
  other_date: string
  other_version: number
}

/** Events with the series that their payloads show. */
export const seriesEventsById = byIds<SeriesEventRow>((db, ids) =>
  db
    .selectFrom('series_events as e')
    .innerJoin('series as s', 's.id', 'e.series_id')
    .leftJoin('series as o', 'o.id', 'e.other_id')
    .selectAll('e')
    .select(['s.name as series_name', 's.date as series_date', 's.version as series_version'])
    .select(['o.name as other_name', 'o.date as other_date', 'o.version as other_version'])
    .where((eb) => capabilities(db).anyOf(eb.ref('e.id'), ids))
    .$castTo<SeriesEventRow>(),
)

/** The events of these categories, for those who follow them. */
export const SERIES_EVENT_SOURCE: FeedSource = {
  async lastId(db) {
    const [row] = await lastId(db, {})
    return row?.id ?? 0
  },
  read: (db, after, limit) => readAfter(db, { after, limit }),
}

const lastId = prepare((db) => db.selectFrom('series_events').select((eb) => eb.fn.max('id').as('id')))

const readAfter = prepare<{ after: number; limit: number }, FeedEvent>((db, { after, limit }) =>
  db
    .selectFrom('series_events')
    .select(['id', 'category', 'date', 'project_id', 'actor_id', 'series_id'])
    .select([sql<null>`null`.as('patch_id'), sql<null>`null`.as('cover_id')])
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit),
)
