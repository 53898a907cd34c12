import type { Database } from '../../db/schema.js'
import {
  findRaw,
  type InsertedMail,
  insertMails,
  type JournalEntry,
  type NewMail,
} from '../../domain/mails/journal.js'
import { toTime } from '../../util/time.js'
import { decodeMail, type EncodedMail, encodeMail } from './codec.js'

/** The ways a mail can come. */
export type Source = 'pipe' | 'archive' | 'lmtp' | 'maildir' | 'inbox' | 'imap'

/** A mail as it reached us. */
export interface IncomingMessage {
  bytes: Uint8Array
  source: Source
  /** The list it is from, where whoever delivers it knows. */
  listId?: string | undefined
}

/** A mail that is safe: what remains is to see what it is. */
export interface JournalledMail extends InsertedMail {
  listId: string | undefined
  arrived: Date
}

/** The same with its bytes at hand. */
export interface Entry extends JournalledMail {
  bytes: Uint8Array
}

/** A mail that is ready for the journal. */
export interface JournalRow {
  listId: string | undefined
  arrived: Date
  row: NewMail
}

/** Makes mails ready for the journal, before the transaction that puts them there. */
export function encodeMails(messages: readonly IncomingMessage[], now: Date): JournalRow[] {
  return messages.map((message) => journalRowOf(message, encodeMail(message.bytes), now))
}

/** A mail that somebody has sealed, ready for the journal. */
export function journalRowOf(
  { source, listId }: Omit<IncomingMessage, 'bytes'>,
  rows: EncodedMail,
  now: Date,
): JournalRow {
  const row = { ...rows, received: toTime(now), source, list_id: listId ?? '' }
  return { listId, arrived: now, row }
}

/**
 * Puts mails into the journal, all or none; once this resolves they are as durable as commits of `db` are. They
 * are given in the order in which they came. One that is there already keeps its place.
 */
export async function insertJournalRows(
  db: Database,
  rows: readonly JournalRow[],
): Promise<JournalledMail[]> {
  const journalled = await insertMails(
    db,
    rows.map(({ row }) => row),
  )
  return rows.map(({ listId, arrived }, index) => ({
    ...(journalled[index] as InsertedMail),
    listId,
    arrived,
  }))
}

/** The same for mails that are not ready for it yet. */
export async function journalMails(
  db: Database,
  messages: readonly IncomingMessage[],
  now: Date,
): Promise<Entry[]> {
  return withBytes(await insertJournalRows(db, encodeMails(messages, now)), messages)
}

/** Mails of the journal with the bytes that they came in. */
export function withBytes(
  journalled: readonly JournalledMail[],
  messages: readonly IncomingMessage[],
): Entry[] {
  return journalled.map((mail, index) => ({ ...mail, bytes: (messages[index] as IncomingMessage).bytes }))
}

/** The bytes of a mail as it came; undefined if the journal has none of that number. */
export async function readMail(db: Database, id: number): Promise<Buffer | undefined> {
  const raw = await findRaw(db, id)
  return raw && decodeMail(raw)
}

/** A mail of the journal as it was when it came; undefined if it is not there any more. */
export async function readEntry(
  db: Database,
  { id, list_id, received }: Pick<JournalEntry, 'id' | 'list_id' | 'received'>,
): Promise<Entry | undefined> {
  const bytes = await readMail(db, id)
  const arrived = new Date(`${received.slice(0, 23)}Z`)
  return bytes && { id, bytes, listId: list_id || undefined, arrived, isKnown: true }
}
