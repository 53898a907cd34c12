import { randomBytes } from 'node:crypto'
import type { OutboxKind } from '../../db/outbox-tables.js'
import type { Database, Time } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import type { OutboxMail } from './queries.js'

export interface NewMail {
  kind: OutboxKind
  recipient: string
  subject: string
  body: string
}

/** Puts mail into the outbox, best in the transaction that makes it necessary; it is due at once. */
export async function insertMail(db: Database, mail: NewMail, now: Time): Promise<void> {
  const token = randomBytes(16).toString('hex')
  await db
    .insertInto('outbox')
    .values({ ...mail, token, state: 'waiting', created: now, due: now })
    .execute()
}

/**
 * Takes the mail that has waited longest, for whoever asks alone, until the time `lease`: then somebody else may
 * take it, for the one who had it must have died. Undefined if none is due.
 */
export async function claimMail(database: Database, now: Time, lease: Time): Promise<OutboxMail | undefined> {
  // Mostly there is none, which costs no transaction to see.
  if (!(await findDue(database, now))) return undefined
  return await transaction(database, async (db) => {
    const next = await findDue(db, now)
    if (!next) return undefined
    return await db
      .updateTable('outbox')
      .set((eb) => ({ state: 'sending', due: lease, attempts: eb('attempts', '+', 1) }))
      .where('id', '=', next.id)
      .returningAll()
      .executeTakeFirst()
  })
}

async function findDue(db: Database, now: Time): Promise<{ id: number } | undefined> {
  return await db
    .selectFrom('outbox')
    .select('id')
    .where('due', '<=', now)
    .orderBy('due')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
}

/** What became of one attempt. */
export type Outcome =
  | { state: 'sent'; finished: Time }
  | { state: 'waiting'; due: Time; reason: string }
  | { state: 'failed'; finished: Time; reason: string }

/** Notes what became of mail that was claimed; nothing, if somebody else has taken it over since. */
export async function updateMail(
  db: Database,
  { id, attempts }: Pick<OutboxMail, 'id' | 'attempts'>,
  outcome: Outcome,
): Promise<void> {
  await db
    .updateTable('outbox')
    .set(
      outcome.state === 'sent'
        ? { ...outcome, due: null, reason: null, body: '' }
        : { due: null, ...outcome },
    )
    .where('id', '=', id)
    .where('attempts', '=', attempts)
    .where('state', '=', 'sending')
    .execute()
}

/** Tries mail again that was given up or waits; says whether there was such mail. */
export async function retryMail(db: Database, id: number, now: Time): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('outbox')
    // Given a new start, so that it is not given up for its age at once.
    .set({ state: 'waiting', due: now, created: now, finished: null })
    .where('id', '=', id)
    .where('state', 'in', ['failed', 'waiting'])
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Gives up mail that waits, before it is sent; says whether there was such mail. */
export async function cancelMail(db: Database, id: number, now: Time): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('outbox')
    .set({ state: 'failed', due: null, finished: now, reason: 'It was cancelled.' })
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Forgets mail that was sent or given up before a time; gives how many. */
export async function deleteOldMail(db: Database, before: Time): Promise<number> {
  const { numDeletedRows } = await db.deleteFrom('outbox').where('finished', '<', before).executeTakeFirst()
  return Number(numDeletedRows)
}
