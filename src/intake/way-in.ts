import type { Context } from '../context.js'
import { transaction } from '../db/transaction.js'
import { savePosition } from '../store/mail-position.js'
import { type Arrival, insertSealed, sealMails } from './journal.js'
import { processMails } from './process.js'

/** Something that takes mail until it is stopped. */
export interface WayIn {
  /** Where, for people: `LMTP at inet:127.0.0.1:8024`. */
  readonly name: string
  /** Takes no more mail, and finishes what is at hand. */
  close(): Promise<void>
}

/** How far a source is read once some mails of it are in the journal. */
export interface Position {
  readonly source: string
  readonly position: string
}

/**
 * Takes mails that were fetched from somewhere: once this resolves the journal has them, and knows how far
 * the source was read. If the database goes away before they are processed, the job for such mails does that.
 */
export async function takeMails(
  { db, log, now }: Pick<Context, 'db' | 'log' | 'now'>,
  arrivals: readonly Arrival[],
  position?: Position,
): Promise<void> {
  const sealed = sealMails(arrivals, now())
  const entries = await transaction(db, async (db) => {
    if (position) await savePosition(db, position.source, position.position)
    return await insertSealed(db, sealed)
  })
  try {
    await processMails(db, entries, now())
  } catch (error) {
    log.error({ err: error, mails: entries.map(({ id }) => id) }, 'mails of the journal have to wait')
  }
}
