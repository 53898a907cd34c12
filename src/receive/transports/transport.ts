import type { Context } from '../../config/context.js'
import { savePosition } from '../../domain/mails/positions.js'
import { type IncomingMessage, journalMails } from '../journal/journal.js'
import { processMails } from '../journal/processor.js'

/** A mail receiver that runs until it is stopped. */
export interface Transport {
  /** Its address for display: `LMTP at inet:127.0.0.1:8024`. */
  readonly name: string
  /** Stops accepting mail, and finishes accepted mail. */
  close(): Promise<void>
}

/** The position in a source after some of its mails. */
export interface Position {
  readonly source: string
  readonly position: string
}

/**
 * Receives mails that were fetched from a source, and records its position. Throws if the database becomes
 * unavailable; then the caller must fetch them again before any others, because a reply must not be processed before
 * its parent. The journal detects known mails.
 */
export async function receiveMails(
  { db, now }: Pick<Context, 'db' | 'now'>,
  messages: readonly IncomingMessage[],
  position?: Position,
): Promise<void> {
  await processMails(db, await journalMails(db, messages, now()), now())
  if (position) await savePosition(db, position.source, position.position)
}
