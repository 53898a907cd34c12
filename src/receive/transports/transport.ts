import type { Context } from '../../config/context.js'
import { savePosition } from '../../domain/mails/positions.js'
import { type IncomingMessage, journalMails } from '../journal/journal.js'
import { processMails } from '../journal/processor.js'

/** Something that takes mail until it is stopped. */
export interface Transport {
  /** Where, for people: `LMTP at inet:127.0.0.1:8024`. */
  readonly name: string
  /** Accepts no more mail and finishes what it has accepted. */
  close(): Promise<void>
}

/** How far a source is read once some mails of it are taken. */
export interface Position {
  readonly source: string
  readonly position: string
}

/**
 * Takes mails that were fetched from somewhere, and notes how far that was read. Throws if the database goes
 * away; then they are to be fetched again before any others are, for an answer must not come before what it
 * answers. Those that the journal has already it knows again.
 */
export async function receiveMails(
  { db, now }: Pick<Context, 'db' | 'now'>,
  messages: readonly IncomingMessage[],
  position?: Position,
): Promise<void> {
  await processMails(db, await journalMails(db, messages, now()), now())
  if (position) await savePosition(db, position.source, position.position)
}
