import type { Updateable } from 'kysely'
import type { Database, Time } from '../../db/schema.js'
import type { WebhookTable } from '../../db/webhook-tables.js'
import { type EventPosition, newestEvents } from './pending.js'
import { MAX_ADDRESS, type WebhookFields } from './rules.js'

interface NewRow extends WebhookFields {
  readonly projectId: number
  readonly userId: number | null
  readonly madeBy: string
  readonly created: Time
  readonly secret: string
  readonly site: string
}

/** Stores a webhook, which receives what happens from now on; returns its number. */
export async function insertWebhook(db: Database, webhook: NewRow): Promise<number> {
  const { event, seriesEvent } = await newestEvents(db)
  const { id } = await db
    .insertInto('webhooks')
    .values({
      project_id: webhook.projectId,
      user_id: webhook.userId,
      made_by: webhook.madeBy,
      created: webhook.created,
      address: webhook.address,
      categories: toColumn(webhook.categories),
      active: webhook.active,
      secret: webhook.secret,
      site: webhook.site.slice(0, MAX_ADDRESS),
      last_event: event,
      last_series_event: seriesEvent,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** The columns that say that nothing went wrong so far: the next event is sent at once. */
const UNTRIED = { due: null, failing_since: null, failures: 0, reason: null, disabled: null } as const

/**
 * Changes a webhook. `isUntried`: earlier failures count no more. `position`: events up to there do not concern it.
 */
export async function updateWebhook(
  db: Database,
  id: number,
  { categories, ...fields }: Partial<WebhookFields> & { site?: string },
  { isUntried, position }: { isUntried: boolean; position: EventPosition | undefined },
): Promise<void> {
  const change: Updateable<WebhookTable> = {
    ...fields,
    ...(categories === undefined ? {} : { categories: toColumn(categories) }),
    ...(isUntried ? UNTRIED : {}),
    ...(position && { last_event: position.event, last_series_event: position.seriesEvent }),
  }
  if (Object.keys(change).length === 0) return
  await db.updateTable('webhooks').set(change).where('id', '=', id).execute()
}

function toColumn(categories: readonly string[] | null): string | null {
  return categories && JSON.stringify(categories)
}

/** Stores a new secret; the earlier one is kept beside it until `end`. */
export async function replaceSecret(
  db: Database,
  { id, secret: previous_secret }: { id: number; secret: string },
  secret: string,
  end: Time,
): Promise<void> {
  await db
    .updateTable('webhooks')
    .set({ secret, previous_secret, previous_expires: end })
    .where('id', '=', id)
    .execute()
}

/** Deletes a webhook. Its deliveries are deleted by `deleteOldDeliveries`. */
export async function deleteWebhook(db: Database, id: number): Promise<void> {
  await db.deleteFrom('webhooks').where('id', '=', id).execute()
}

/** Deletes the webhooks of a project. */
export async function deleteWebhooksOf(db: Database, project: number): Promise<void> {
  await db.deleteFrom('webhooks').where('project_id', '=', project).execute()
}

/** Has a delivery sent again, once, whatever its outcome was. */
export async function requestResend(db: Database, id: number, now: Time): Promise<void> {
  await db.updateTable('webhook_deliveries').set({ resend: now }).where('id', '=', id).execute()
}
