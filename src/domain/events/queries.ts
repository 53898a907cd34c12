import { type Selectable, sql } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { prepare } from '../../db/prepared.js'
import type { EventTable } from '../../db/schema.js'
import type { FeedSource } from './feed.js'
import type { FeedEvent } from './matches.js'

export interface EventRow extends Selectable<EventTable> {
  patch_msgid: string
  patch_date: string
  patch_name: string
  patch_project_id: number
  cover_msgid: string
  cover_date: string
  cover_name: string
  cover_project_id: number
  series_name: string | null
  series_date: string
  series_version: number
  series_project_id: number
  comment_msgid: string
  comment_date: string
  check_date: string
  check_state: number
  check_target_url: string | null
  check_context: string
}

/** Events with what their payloads show; the other tables are asked only for the rows that events name. */
export const eventsById = byIds<EventRow>((db, ids) =>
  db
    .selectFrom('events')
    .leftJoin('patches as p', 'p.id', 'events.patch_id')
    .leftJoin('covers as c', 'c.id', 'events.cover_id')
    .leftJoin('series as s', 's.id', 'events.series_id')
    .leftJoin('patch_comments as pc', 'pc.id', 'events.patch_comment_id')
    .leftJoin('cover_comments as cc', 'cc.id', 'events.cover_comment_id')
    .leftJoin('checks as k', 'k.id', 'events.check_id')
    .selectAll('events')
    .select(['p.msgid as patch_msgid', 'p.date as patch_date', 'p.name as patch_name'])
    .select(['p.project_id as patch_project_id', 'c.project_id as cover_project_id'])
    .select(['c.msgid as cover_msgid', 'c.date as cover_date', 'c.name as cover_name'])
    .select(['s.name as series_name', 's.date as series_date', 's.version as series_version'])
    .select('s.project_id as series_project_id')
    .select(sql`coalesce(pc.msgid, cc.msgid)`.as('comment_msgid'))
    .select(sql`coalesce(pc.date, cc.date)`.as('comment_date'))
    .select(['k.date as check_date', 'k.state as check_state'])
    .select(['k.target_url as check_target_url', 'k.context as check_context'])
    .where((eb) => capabilities(db).anyOf(eb.ref('events.id'), ids)),
)

/** The events of the usual categories, for those who follow them. */
export const EVENT_SOURCE: FeedSource = {
  async lastId(db) {
    const [row] = await lastId(db, {})
    return row?.id ?? 0
  },
  read: (db, after, limit) => readAfter(db, { after, limit }),
}

const lastId = prepare((db) => db.selectFrom('events').select((eb) => eb.fn.max('id').as('id')))

const readAfter = prepare<{ after: number; limit: number }, FeedEvent>((db, { after, limit }) =>
  db
    .selectFrom('events')
    .select(['id', 'category', 'date', 'project_id', 'actor_id', 'patch_id', 'series_id', 'cover_id'])
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit),
)
