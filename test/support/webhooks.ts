import type { Database, Time } from '../../src/db/schema.js'
import { transaction } from '../../src/db/transaction.js'
import { insertEvents } from '../../src/domain/events/updates.js'
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

/** Makes a number of events of patch 1 happen in project 1; returns their ids. */
export async function happen(
  db: Database,
  count: number,
  date: Time = '2026-10-05T12:00:00.000000',
): Promise<number[]> {
  const event = { category: 'patch-created', project_id: 1, patch_id: 1, date }
  await transaction(
    db,
    async (db) =>
      await insertEvents(
        db,
        Array.from({ length: count }, () => event),
      ),
  )
  const rows = await db.selectFrom('events').select('id').orderBy('id', 'desc').limit(count).execute()
  return rows.map(({ id }) => id).toReversed()
}

/** Stores that an event was sent to a webhook, in vain. */
export async function insertDelivery(db: Database, webhook_id: number, event_id = 1): Promise<void> {
  const event = { kind: 'event', event_id, category: 'patch-created' } as const
  const outcome = { state: 'failed', status: 500, attempts: 1, answer: 'Oh.', duration: 12 } as const
  await db
    .insertInto('webhook_deliveries')
    .values({ webhook_id, ...event, ...outcome, created: CREATED, finished: CREATED })
    .execute()
}
