import { type Parameters, prepare, prepareForTexts } from '../../db/prepared.js'
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

const newestIds = prepare<object, { event: number | null; seriesEvent: number | null }>((db) => {
  const newest = (kind: EventKind) => db.selectFrom(TABLES[kind]).select(({ fn }) => fn.max('id').as('id'))
  return db.selectNoFrom([newest('event').as('event'), newest('series-event').as('seriesEvent')])
})

/** The largest ids of events. */
export async function newestEvents(db: Database): Promise<EventPosition> {
  const [newest] = await newestIds(db, {})
  return { event: newest?.event ?? 0, seriesEvent: newest?.seriesEvent ?? 0 }
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

interface Window {
  readonly from: number
  readonly to: number
  readonly project: number
  readonly oldest: Time
}

type EventRow = Omit<PendingEvent, 'kind'>

function eventsWithin(db: Database, kind: EventKind, { from, to, project, oldest }: Parameters<Window>) {
  return db
    .selectFrom(TABLES[kind])
    .select(['id', 'category', 'date'])
    .where('id', '>', from)
    .where('id', '<=', to)
    .where('project_id', '=', project)
    .where('date', '>=', oldest)
    .orderBy('id')
    .limit(1)
}

function makeFirstEvent(kind: EventKind) {
  const ofAll = prepare<Window, EventRow>((db, window) => eventsWithin(db, kind, window))
  const ofSome = prepareForTexts<Window, EventRow>((db, window, categories) =>
    eventsWithin(db, kind, window).where('category', 'in', categories),
  )
  return async (db: Database, window: Window, categories: readonly string[] | null) =>
    categories ? await ofSome(db, window, categories) : await ofAll(db, window)
}

const FIRST_EVENT = { event: makeFirstEvent('event'), 'series-event': makeFirstEvent('series-event') }

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
    const window = { from, to: Math.min(from + WINDOW, newest), project: webhook.project_id, oldest }
    const [row] = await FIRST_EVENT[kind](db, window, categories)
    if (row) return [{ ...row, kind }, row.id - 1]
  }
  return [undefined, Math.max(after, newest)]
}
