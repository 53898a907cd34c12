import type { Database } from '../../src/db/schema.js'
import { newSecret } from '../../src/domain/webhooks/rules.js'
import { insertWebhook } from '../../src/domain/webhooks/updates.js'

const CREATED = '2026-10-05T12:00:00'

/** Stores a webhook of project 1; returns its number. */
export async function insertHook(
  db: Database,
  hook: Partial<Parameters<typeof insertWebhook>[1]> = {},
): Promise<number> {
  return await insertWebhook(db, {
    projectId: 1,
    userId: null,
    madeBy: 'mira',
    created: CREATED,
    address: 'https://93.184.216.34/hook',
    categories: null,
    active: true,
    secret: newSecret(),
    site: '',
    ...hook,
  })
}

/** Stores that event 1 was sent to a webhook, in vain. */
export async function insertDelivery(db: Database, webhook_id: number): Promise<void> {
  const event = { kind: 'event', event_id: 1, category: 'patch-created' } as const
  const outcome = { state: 'failed', status: 500, attempts: 1, answer: 'Oh.', duration: 12 } as const
  await db
    .insertInto('webhook_deliveries')
    .values({ webhook_id, ...event, ...outcome, created: CREATED, finished: CREATED })
    .execute()
}
