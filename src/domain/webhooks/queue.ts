import { prepare, prepareShapes } from '../../db/prepared.js'
import type { Database, Time } from '../../db/schema.js'
import { momentOf, timeAfter } from '../../util/time.js'
import { type EventPosition, findNextEvent, type PendingEvent, positionOf } from './pending.js'
import type { Delivery, WebhookRow } from './queries.js'
import { MAX_FAILING_MS, oldestEvent } from './rules.js'

/**
 * What is sent next, and what became of it. A server leases a webhook before it sends something, so that no other one
 * does, and its events are sent in order. The position of a webhook moves in the transaction that records a success: so
 * an event that was delivered is not sent again, and none is passed over.
 */

/** An event that is to be sent to a webhook by the server that has the lease. */
export interface Claim {
  readonly webhook: WebhookRow
  readonly delivery: Delivery
  /** Whether a maintainer asked for it: then the events after it do not wait for it. */
  readonly isResend: boolean
}

/** What became of one attempt. */
export type Outcome =
  | { result: 'delivered'; status: number; answer: string; duration: number }
  /** `isGone`: the receiver wants no more events. */
  | {
      result: 'failed'
      status: number | null
      answer: string | null
      reason: string
      duration: number
      isGone: boolean
    }
  /** The server stops; the attempt does not count. */
  | { result: 'interrupted'; reason: string }
  /** The event was deleted with its patch or series. */
  | { result: 'missing'; reason: string }

type Only = 'all' | 'one'

const dueWebhooks = prepareShapes<{ now: Time; id: number }, WebhookRow, Only>((db, { now, id }, only) => {
  const query = db
    .selectFrom('webhooks')
    .innerJoin('projects', 'projects.id', 'webhooks.project_id')
    .selectAll('webhooks')
    .where('projects.removed', 'is', null)
    .where((eb) => eb.or([eb('leased', 'is', null), eb('leased', '<=', now)]))
    .where((eb) =>
      eb.or([
        eb.and([eb('active', '=', 1), eb.or([eb('due', 'is', null), eb('due', '<=', now)])]),
        eb(
          'webhooks.id',
          'in',
          eb.selectFrom('webhook_deliveries').select('webhook_id').where('resend', 'is not', null),
        ),
      ]),
    )
    .orderBy('webhooks.id')
  return only === 'one' ? query.where('webhooks.id', '=', id) : query
})

/** Webhooks that may have something to be sent, in the order of their ids. */
export async function listDueWebhooks(db: Database, now: Time): Promise<WebhookRow[]> {
  return await dueWebhooks(db, { now, id: 0 }, 'all', 'all')
}

const resendWebhooks = prepare<object, { webhook_id: number }>((db) =>
  db.selectFrom('webhook_deliveries').select('webhook_id').distinct().where('resend', 'is not', null),
)

/** The webhooks with deliveries that maintainers asked to be sent again. */
export async function listResendWebhooks(db: Database): Promise<ReadonlySet<number>> {
  const rows = await resendWebhooks(db, {})
  return new Set(rows.map(({ webhook_id }) => webhook_id))
}

/** Ids of the newest events, and up to where a webhook is known to have none. */
export interface Search {
  readonly newest: EventPosition
  readonly from?: EventPosition | undefined
}

type Work = Delivery | PendingEvent | undefined

const nextResend = prepare<{ id: number }, Delivery>((db, { id }) =>
  db
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('webhook_id', '=', id)
    .where('resend', 'is not', null)
    .orderBy('resend')
    .orderBy('id')
    .limit(1),
)

/** What is sent to a webhook next, and up to where there is no event for it. */
export async function findWork(
  db: Database,
  webhook: WebhookRow,
  now: Time,
  { newest, from }: Search,
): Promise<{ work: Work; position: EventPosition | undefined }> {
  const [resend] = await nextResend(db, webhook)
  if (resend) return { work: resend, position: undefined }
  if (webhook.active === 0 || (webhook.due !== null && webhook.due > now))
    return { work: undefined, position: undefined }
  const { next, position } = await findNextEvent(
    db,
    webhook,
    laterOf(positionOf(webhook), from),
    newest,
    oldestEvent(now),
  )
  return { work: next, position }
}

function laterOf(one: EventPosition, other: EventPosition = one): EventPosition {
  return {
    event: Math.max(one.event, other.event),
    seriesEvent: Math.max(one.seriesEvent, other.seriesEvent),
  }
}

const leaseWebhook = prepare<{ id: number; lease: Time }, WebhookRow>((db, { id, lease }) =>
  db
    .updateTable('webhooks')
    .set((eb) => ({ leased: lease, lease: eb('lease', '+', 1) }))
    .where('id', '=', id)
    .returningAll(),
)

type Started = Pick<Delivery, 'webhook_id' | 'kind' | 'event_id' | 'category' | 'created'>

const startDelivery = prepare<Started, Delivery>((db, values) =>
  db
    .insertInto('webhook_deliveries')
    .values({
      webhook_id: values.webhook_id,
      kind: values.kind,
      event_id: values.event_id,
      category: values.category,
      created: values.created,
      state: 'sending',
      attempts: 1,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['webhook_id', 'kind', 'event_id'])
        .doUpdateSet((eb) => ({ state: 'sending', attempts: eb('webhook_deliveries.attempts', '+', 1) })),
    )
    .returningAll(),
)

/** Leases a webhook until `lease` and starts its next delivery, in a transaction. Undefined if there is none. */
export async function claimDelivery(
  db: Database,
  id: number,
  { now, lease, search }: { now: Time; lease: Time; search: Search },
): Promise<Claim | undefined> {
  const [found] = await dueWebhooks(db, { now, id }, 'one', 'one')
  if (!found) return undefined
  const { work } = await findWork(db, found, now, search)
  if (!work) return undefined
  const isResend = 'resend' in work
  const event_id = isResend ? work.event_id : work.id
  const { kind, category } = work
  const [webhook] = await leaseWebhook(db, { id, lease })
  const [delivery] = await startDelivery(db, { webhook_id: id, kind, event_id, category, created: now })
  return webhook && delivery && { webhook, delivery, isResend }
}

/** What the record of an outcome did to the webhook; undefined: nothing, for another server has it by now. */
export interface Recorded {
  /** Why it was switched off, if it was. */
  readonly disabled: string | undefined
}

const leasedWebhook = prepare<Pick<WebhookRow, 'id' | 'lease'>, WebhookRow>((db, { id, lease }) =>
  db.selectFrom('webhooks').selectAll().where('id', '=', id).where('lease', '=', lease),
)

type Ended = Pick<Delivery, 'id' | 'state' | 'finished' | 'status' | 'answer' | 'duration' | 'reason'> & {
  /** The request to send it again that the attempt fulfils; empty for none. */
  fulfilled: Time
}

const endDelivery = prepare<Ended, never>((db, values) =>
  db
    .updateTable('webhook_deliveries')
    .set((eb) => ({
      state: values.state,
      finished: values.finished,
      status: values.status,
      answer: values.answer,
      duration: values.duration,
      reason: values.reason,
      // One that came during the attempt remains.
      resend: eb.fn<Time | null>('nullif', ['resend', eb.val(values.fulfilled)]),
    }))
    .where('id', '=', values.id),
)

type Fate = Pick<
  WebhookRow,
  'active' | 'disabled' | 'due' | 'failing_since' | 'failures' | 'last_event' | 'last_series_event' | 'reason'
>

const endLease = prepare<Fate & { id: number }, never>((db, values) =>
  db
    .updateTable('webhooks')
    .set({
      active: values.active,
      disabled: values.disabled,
      due: values.due,
      failing_since: values.failing_since,
      failures: values.failures,
      last_event: values.last_event,
      last_series_event: values.last_series_event,
      reason: values.reason,
      leased: null,
    })
    .where('id', '=', values.id),
)

/**
 * Records what became of a delivery and ends the lease, in a transaction. `pause`: milliseconds until the next attempt
 * after a number of failures.
 */
export async function recordOutcome(
  db: Database,
  { webhook: { id, lease }, delivery }: Claim,
  outcome: Outcome,
  { now, pause }: { now: Time; pause: (failures: number) => number },
): Promise<Recorded | undefined> {
  const [webhook] = await leasedWebhook(db, { id, lease })
  if (!webhook) return undefined
  const { result, ...facts } = { ...NO_FACTS, ...outcome }
  const state = result === 'delivered' ? 'delivered' : 'failed'
  await endDelivery(db, { ...facts, id: delivery.id, state, finished: now, fulfilled: delivery.resend ?? '' })
  const change = changeAfter(webhook, delivery, outcome, { now, pause })
  await endLease(db, { ...webhook, ...change })
  return { disabled: change.disabled ? (change.reason ?? '') : undefined }
}

/** What a delivery says of an attempt, where the outcome does not. */
const NO_FACTS = { status: null, answer: null, duration: null, reason: null }

type Change = Partial<Fate>

const WELL: Change = { due: null, failing_since: null, failures: 0, reason: null }

function changeAfter(
  webhook: WebhookRow,
  { kind, event_id }: Delivery,
  outcome: Outcome,
  { now, pause }: { now: Time; pause: (failures: number) => number },
): Change {
  const column = kind === 'event' ? 'last_event' : 'last_series_event'
  // Of an event that was delivered before, nothing follows: its successors do not wait for it.
  const isNext = event_id > webhook[column]
  if (outcome.result === 'failed') {
    if (webhook.active === 0) return {}
    if (outcome.isGone) return { active: 0, disabled: now, due: null, reason: outcome.reason }
    return isNext ? changeAfterFailure(webhook, outcome.reason, now, pause) : {}
  }
  if (outcome.result === 'interrupted' || !isNext) return {}
  return outcome.result === 'delivered' ? { ...WELL, [column]: event_id } : { [column]: event_id }
}

function changeAfterFailure(
  webhook: WebhookRow,
  reason: string,
  now: Time,
  pause: (failures: number) => number,
): Change {
  const failures = webhook.failures + 1
  const failing_since = webhook.failing_since ?? now
  const end = timeAfter(momentOf(failing_since), MAX_FAILING_MS)
  const failing = { failures, failing_since, reason }
  if (now >= end) return { ...failing, active: 0, disabled: now, due: null }
  const next = timeAfter(momentOf(now), pause(failures))
  return { ...failing, due: next < end ? next : end }
}

const advance = prepare<Pick<WebhookRow, 'id' | 'lease'> & EventPosition, never>(
  (db, { id, lease, event, seriesEvent }) =>
    db
      .updateTable('webhooks')
      .set({ last_event: event, last_series_event: seriesEvent })
      .where('id', '=', id)
      .where('lease', '=', lease)
      .where('last_event', '<=', event)
      .where('last_series_event', '<=', seriesEvent),
)

/** Notes up to where a webhook has no event, so that no server looks there again. */
export async function advancePosition(
  db: Database,
  { id, lease }: WebhookRow,
  position: EventPosition,
): Promise<void> {
  await advance(db, { ...position, id, lease })
}
