import type { Selectable } from 'kysely'
import type { OutboxKind, OutboxState, OutboxTable } from '../../db/outbox-tables.js'
import type { Database } from '../../db/schema.js'
import { NotFound } from '../../util/errors.js'

export type { OutboxState }

export const OUTBOX_STATES: readonly OutboxState[] = ['waiting', 'sending', 'sent', 'failed']

export function isOutboxState(text: string): text is OutboxState {
  return (OUTBOX_STATES as readonly string[]).includes(text)
}

export type OutboxMail = Selectable<OutboxTable>

/** Mail in a state, the newest first. */
export async function listMail(
  db: Database,
  states: readonly OutboxState[],
  limit: number,
): Promise<OutboxMail[]> {
  return await db
    .selectFrom('outbox')
    .selectAll()
    .where('state', 'in', states)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** The newest mail of a kind. */
export async function findNewestMail(db: Database, kind: OutboxKind): Promise<OutboxMail | undefined> {
  return await db
    .selectFrom('outbox')
    .selectAll()
    .where('kind', '=', kind)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** One mail. Throws NotFound. */
export async function getMail(db: Database, id: number): Promise<OutboxMail> {
  const mail = await db.selectFrom('outbox').selectAll().where('id', '=', id).executeTakeFirst()
  if (!mail) throw new NotFound(`The outbox has no mail ${id}.`)
  return mail
}

/** How much mail is in each state. */
export async function countMail(db: Database): Promise<Record<OutboxState, number>> {
  const rows = await db
    .selectFrom('outbox')
    .select((eb) => ['state', eb.fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute()
  const none = { waiting: 0, sending: 0, sent: 0, failed: 0 }
  return { ...none, ...Object.fromEntries(rows.map(({ state, count }) => [state, count])) }
}
