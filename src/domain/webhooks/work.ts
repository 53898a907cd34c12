import { prepare } from '../../db/prepared.js'
import type { Database, Time } from '../../db/schema.js'
import type { WebhookMemory } from './deliverer-state.js'
import {
  type EventPosition,
  type Found,
  findNextEvent,
  newestEvents,
  type PendingEvent,
  positionOf,
} from './pending.js'
import type { Delivery, WebhookRow } from './queries.js'
import { oldestEvent } from './rules.js'

/** Which webhooks have something to be sent, and what each is sent next. */

const dueWebhooks = prepare<{ now: Time }, WebhookRow>((db, { now }) =>
  db
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
    .orderBy('webhooks.id'),
)

/** Webhooks that may have something to be sent, in the order of their ids. */
export async function listDueWebhooks(db: Database, now: Time): Promise<WebhookRow[]> {
  return await dueWebhooks(db, { now })
}

const resendWebhooks = prepare<object, { webhook_id: number }>((db) =>
  db.selectFrom('webhook_deliveries').select('webhook_id').distinct().where('resend', 'is not', null),
)

/** The webhooks with deliveries that maintainers asked to be sent again. */
export async function listResendWebhooks(db: Database): Promise<ReadonlySet<number>> {
  const rows = await resendWebhooks(db, {})
  return new Set(rows.map(({ webhook_id }) => webhook_id))
}

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

/** The delivery of a webhook that is to be sent again next. */
export async function findResend(db: Database, id: number): Promise<Delivery | undefined> {
  return (await nextResend(db, { id }))[0]
}

/** A delivery that is to be sent again, or an event. */
export type Work = Delivery | PendingEvent

/** Finds what is sent next, for many webhooks as of one moment: those that are alike are looked up once. */
export class WorkFinder {
  readonly #db: Database
  readonly #memory: WebhookMemory
  readonly #now: Time
  readonly #newest: EventPosition
  readonly #resends: ReadonlySet<number>
  readonly #found = new Map<string, Found>()

  private constructor(
    { db, memory, now }: { db: Database; memory: WebhookMemory; now: Time },
    newest: EventPosition,
    resends: ReadonlySet<number>,
  ) {
    this.#db = db
    this.#memory = memory
    this.#now = now
    this.#newest = newest
    this.#resends = resends
  }

  static async open(db: Database, memory: WebhookMemory, now: Time): Promise<WorkFinder> {
    return new WorkFinder({ db, memory, now }, await newestEvents(db), await listResendWebhooks(db))
  }

  /** Whether a webhook is known to have nothing, without asking the database. */
  hasNothing(webhook: WebhookRow): boolean {
    return !this.#resends.has(webhook.id) && this.#memory.hasSeen(webhook, this.#newest)
  }

  /** What is sent to a webhook next; up to where there is no event for it is noted. */
  async find(webhook: WebhookRow): Promise<Work | undefined> {
    const resend = this.#resends.has(webhook.id) ? await findResend(this.#db, webhook.id) : undefined
    if (resend) return resend
    if (webhook.active === 0 || (webhook.due !== null && webhook.due > this.#now)) return undefined
    const { next, position } = await this.#findEvent(webhook)
    this.#memory.notePosition(webhook, position)
    return next
  }

  async #findEvent(webhook: WebhookRow): Promise<Found> {
    const after = laterOf(positionOf(webhook), this.#memory.positionOf(webhook))
    const key = `${webhook.project_id} ${after.event} ${after.seriesEvent} ${webhook.categories}`
    let found = this.#found.get(key)
    if (!found) {
      found = await findNextEvent(this.#db, webhook, after, this.#newest, oldestEvent(this.#now))
      this.#found.set(key, found)
    }
    return found
  }
}

function laterOf(one: EventPosition, other: EventPosition = one): EventPosition {
  return {
    event: Math.max(one.event, other.event),
    seriesEvent: Math.max(one.seriesEvent, other.seriesEvent),
  }
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
