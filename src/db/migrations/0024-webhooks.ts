import type { Database } from '../schema.js'
import { Tables } from '../tables.js'

/** Webhooks of projects, and their deliveries. */
export async function up(db: Database): Promise<void> {
  const define = new Tables(db)
  await define.table('webhooks', (table) =>
    table
      .reference('project_id', 'projects')
      .optionalReference('user_id', 'users')
      .texts('made_by', 'created', 'address')
      .optionalTexts('categories')
      .numbers('active')
      .texts('secret')
      .optionalTexts('previous_secret', 'previous_expires')
      .texts('site')
      .numbers('last_event', 'last_series_event')
      .optionalTexts('due', 'leased')
      .flags({ lease: 0, failures: 0 })
      .optionalTexts('failing_since', 'reason', 'disabled'),
  )
  await define.index('webhooks', 'project_id')
  await define.index('webhooks', 'user_id')
  await define.table('webhook_deliveries', (table) =>
    table
      // No foreign key: the deliveries of a removed webhook are deleted later, in small batches.
      .numbers('webhook_id')
      .texts('kind')
      .numbers('event_id')
      .texts('category', 'created', 'state')
      .flags({ attempts: 0 })
      .optionalTexts('finished')
      .optionalNumbers('status')
      .optionalTexts('reason', 'answer')
      .optionalNumbers('duration')
      .optionalTexts('resend'),
  )
  await define.unique('webhook_deliveries', 'webhook_id', 'kind', 'event_id')
  await define.index('webhook_deliveries', 'created')
  await define.index('webhook_deliveries', 'resend')
}
