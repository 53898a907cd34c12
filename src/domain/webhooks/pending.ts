import type { Database, Time } from '../../db/schema.js'
import type { EventKind } from '../../db/webhook-tables.js'
import { readCategories, type WebhookRow } from './queries.js'

/** Which event a webhook receives next. */

/** Ids in the two tables of events. */
export interface EventPosition {
  readonly event: number
  readonly seriesEvent: number
}

/** An event that a webhook has not received yet. */
export interface PendingEvent {
  readonly kind: EventKind
  readonly id: number
  readonly category: string
  readonly date: Time
}

const TABLES = { event: 'events', 'series-event': 'series_events' } as const

/** Number of ids that one query searches for an event of one project and some categories. */
const WINDOW = 5000

/** The largest ids of events. */
export async function newestEvents(db: Database): Promise<EventPosition> {
  return { event: await newestId(db, 'events'), seriesEvent: await newestId(db, 'series_events') }
}

async function newestId(db: Database, table: 'events' | 'series_events'): Promise<number> {
  const row = await db.selectFrom(table).select('id').orderBy('id', 'desc').limit(1).executeTakeFirst()
  return row?.id ?? 0
}

/** The position of the last event that was delivered to a webhook. */
export function positionOf({ last_event, last_series_event }: WebhookRow): EventPosition {
  return { event: last_event, seriesEvent: last_series_event }
}

type Filter = Pick<WebhookRow, 'project_id' | 'categories'>

export interface Found {
  readonly next: PendingEvent | undefined
  /** Up to here there is no event for the webhook. */
  readonly position: EventPosition
}

/**
 * The first event after a position that a webhook receives, of those that are not older than `oldest`. Each table is in
 * the order of its ids; of the first ones of both, the earlier one comes first.
 */
export async function findNextEvent(
  db: Database,
  webhook: Filter,
  after: EventPosition,
  newest: EventPosition,
  oldest: Time,
): Promise<Found> {
  const [event, position] = await scan(db, 'event', webhook, after.event, newest.event, oldest)
  const [seriesEvent, seriesPosition] = await scan(
    db,
    'series-event',
    webhook,
    after.seriesEvent,
    newest.seriesEvent,
    oldest,
  )
  const isSeriesFirst = seriesEvent && (!event || seriesEvent.date < event.date)
  return {
    next: isSeriesFirst ? seriesEvent : event,
    position: { event: position, seriesEvent: seriesPosition },
  }
}

/** The first event of one table, and up to where there is none. */
async function scan(
  db: Database,
  kind: EventKind,
  webhook: Filter,
  after: number,
  newest: number,
  oldest: Time,
): Promise<[PendingEvent | undefined, number]> {
  const categories = readCategories(webhook)
  for (let from = after; from < newest; from += WINDOW) {
    const to = Math.min(from + WINDOW, newest)
    let query = db
      .selectFrom(TABLES[kind])
      .select(['id', 'category', 'date'])
      .where('id', '>', from)
      .where('id', '<=', to)
      .where('project_id', '=', webhook.project_id)
      .where('date', '>=', oldest)
    if (categories) query = query.where('category', 'in', categories)
    const row = await query.orderBy('id').limit(1).executeTakeFirst()
    if (row) return [{ ...row, kind }, row.id - 1]
  }
  return [undefined, Math.max(after, newest)]
}
