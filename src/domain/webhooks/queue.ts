import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { prepare } from '../../db/prepared.js'
import type { Database, Time } from '../../db/schema.js'
import type { WebhookMemory } from './deliverer-state.js'
import { changeAfter, type Fate, type Outcome, type Times } from './outcome.js'
import type { Delivery, WebhookRow } from './queries.js'
import { WorkFinder } from './work.js'

/**
 * Deliveries as they begin and end. A server leases a webhook before it sends something, so that no other one does, and
 * its events are sent in order. The position of a webhook moves in the transaction that records a success: so an event
 * that was delivered is not sent again, and none is passed over.
 */

/** An event that is to be sent to a webhook by the server that has the lease. */
export interface Claim {
  readonly webhook: WebhookRow
  readonly delivery: Delivery
}

/** A delivery that has ended. */
export interface Ended {
  readonly claim: Claim
  readonly outcome: Outcome
}

/** What the record of an outcome did to the webhook; undefined: nothing, for another server has it by now. */
export interface Recorded {
  /** Why it was switched off, if it was. */
  readonly disabled: string | undefined
}

/** What one transaction records and begins, for several webhooks: each of them once in either list. */
export interface Batch {
  readonly ended: readonly Ended[]
  /** Webhooks whose next delivery is to begin. */
  readonly wanted: readonly number[]
}

interface BatchTimes extends Times {
  /** Until then the webhooks are leased. */
  readonly lease: Time
}

interface BatchResult {
  /** In the order of `ended`. */
  readonly recorded: readonly (Recorded | undefined)[]
  /** What is to be sent, by the ids of the webhooks. */
  readonly claims: ReadonlyMap<number, Claim>
}

type Row = WebhookRow & { readonly removed: Time | null }

const webhooksWithProject = byIds<Row>((db, ids) =>
  db
    .selectFrom('webhooks')
    .innerJoin('projects', 'projects.id', 'webhooks.project_id')
    .selectAll('webhooks')
    .select('projects.removed')
    .where((eb) => capabilities(db).anyOf(eb.ref('webhooks.id'), ids)),
)

/** Records what became of deliveries and ends their leases, and leases webhooks for their next ones, in a transaction. */
export async function recordAndClaim(
  db: Database,
  { ended, wanted }: Batch,
  { now, pause, lease }: BatchTimes,
  memory: WebhookMemory,
): Promise<BatchResult> {
  const ids = new Set([...ended.map(({ claim }) => claim.webhook.id), ...wanted])
  const rows = new Map((await webhooksWithProject(db, [...ids])).map((row) => [row.id, row]))
  const changed = new Map<number, Row>()
  const recorded: (Recorded | undefined)[] = []
  for (const each of ended) {
    const row = rows.get(each.claim.webhook.id)
    const after = row && (await recordOutcome(db, row, each, { now, pause }))
    if (after) changed.set(row.id, after)
    recorded.push(after && { disabled: disabledReason(row, after) })
  }
  const claims = new Map<number, Claim>()
  const finder = wanted.length > 0 ? await WorkFinder.open(db, memory, now) : undefined
  for (const id of wanted) {
    const row = changed.get(id) ?? rows.get(id)
    const claim = row && finder && (await claimDelivery(db, row, finder, { now, lease }))
    if (!claim) continue
    claims.set(id, claim)
    changed.set(id, { ...row, ...claim.webhook })
  }
  for (const row of changed.values()) await saveWebhook(db, row)
  return { recorded, claims }
}

function disabledReason(before: WebhookRow, { active, reason }: WebhookRow): string | undefined {
  return before.active === 1 && active === 0 ? (reason ?? '') : undefined
}

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

/** Starts the next delivery of a webhook. Undefined if there is none, or another server has the lease. */
async function claimDelivery(
  db: Database,
  { removed, ...row }: Row,
  finder: WorkFinder,
  { now, lease }: { now: Time; lease: Time },
): Promise<Claim | undefined> {
  if (removed !== null || (row.leased !== null && row.leased > now)) return undefined
  const work = await finder.find(row)
  if (!work) return undefined
  const event_id = 'resend' in work ? work.event_id : work.id
  const { kind, category } = work
  const started = { webhook_id: row.id, kind, event_id, category, created: now }
  const [delivery] = await startDelivery(db, started)
  return delivery && { webhook: { ...row, leased: lease, lease: row.lease + 1 }, delivery }
}

type Finished = Pick<Delivery, 'id' | 'state' | 'finished' | 'status' | 'answer' | 'duration' | 'reason'> & {
  /** The request to send it again that the attempt fulfils; empty for none. */
  fulfilled: Time
}

const endDelivery = prepare<Finished, never>((db, values) =>
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

/** What a delivery says of an attempt, where the outcome does not. */
const NO_FACTS = { status: null, answer: null, duration: null, reason: null }

/** Records what became of a delivery. Returns the webhook as it is then; undefined without the lease. */
async function recordOutcome(
  db: Database,
  row: Row,
  { claim: { webhook, delivery }, outcome }: Ended,
  times: Times,
): Promise<Row | undefined> {
  if (row.lease !== webhook.lease) return undefined
  const { result, ...facts } = { ...NO_FACTS, ...outcome }
  const state = result === 'delivered' ? 'delivered' : 'failed'
  const fulfilled = delivery.resend ?? ''
  await endDelivery(db, { ...facts, id: delivery.id, state, finished: times.now, fulfilled })
  return { ...row, ...changeAfter(row, delivery, outcome, times), leased: null }
}

const saveWebhook = prepare<Fate & Pick<WebhookRow, 'id' | 'lease' | 'leased'>, never>((db, values) =>
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
      lease: values.lease,
      leased: values.leased,
    })
    .where('id', '=', values.id),
)
