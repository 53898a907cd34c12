import type { Database } from '../schema.js'
import { Tables } from '../tables.js'

/** The mail that we send, and what finds confirmations by address and by account; accounts can be removed. */
export async function up(db: Database): Promise<void> {
  const define = new Tables(db)
  await define.table('outbox', (table) =>
    table
      .texts('kind', 'token', 'recipient', 'subject', 'body', 'state', 'created')
      .optionalTexts('due', 'finished', 'reason')
      .flags({ attempts: 0 }),
  )
  await define.unique('outbox', 'token')
  await define.index('outbox', 'due', 'id')
  await define.index('outbox', 'state', 'id')
  await define.index('outbox', 'finished')
  await define.index('confirmations', 'email', 'date')
  await define.index('confirmations', 'user_id')
  await define.index('confirmations', 'date')
  // Whether an account is referred to is asked when it is removed; few of many million events name a delegate.
  for (const column of ['previous_delegate_id', 'current_delegate_id'] as const)
    await db.schema
      .createIndex(`events_${column}`)
      .on('events')
      .column(column)
      .where(column, 'is not', null)
      .execute()
}
