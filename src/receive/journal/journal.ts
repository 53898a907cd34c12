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

/** The transports of mail. */
export type Source = 'pipe' | 'archive' | 'lmtp' | 'maildir' | 'inbox' | 'imap'

/** A mail as received by a transport. */
export interface IncomingMessage {
  bytes: Uint8Array
  source: Source
  /** Its list, if the transport knows it; else the headers decide. */
  listId?: string | undefined
}

/** A mail that is stored in the journal and can no longer be lost. */
export interface JournalledMail extends InsertedMail {
  listId: string | undefined
  arrived: Date
  /** Undefined: only in the journal. */
  bytes?: Uint8Array | undefined
}

/** A mail of the journal whose bytes are in memory. */
export type LoadedMail = JournalledMail & { bytes: Uint8Array }

/** Builds journal rows, before the transaction that inserts them. */
export function toJournalRows(messages: readonly IncomingMessage[], now: Date): NewMail[] {
  return messages.map((message) => toJournalRow(message, encodeMail(message.bytes), now))
}

/** Builds the row of an encoded mail. */
export function toJournalRow(
  { source, listId = '' }: Omit<IncomingMessage, 'bytes'>,
  encoded: EncodedMail,
  now: Date,
): NewMail {
  return { ...encoded, received: toTime(now), source, list_id: listId }
}

/**
 * Inserts mails into the journal, all or none; once this resolves, they are as durable as commits of `db`. The
 * result has the order of `rows`. A mail that is already in the journal keeps its place.
 */
export async function insertJournalRows(db: Database, rows: readonly NewMail[]): Promise<JournalledMail[]> {
  const inserted = await insertMails(db, rows)
  return rows.map((row, index) => ({ ...(inserted[index] as InsertedMail), ...originOf(row) }))
}

/** Journals mails; the result has their bytes. */
export async function journalMails(
  db: Database,
  messages: readonly IncomingMessage[],
  now: Date,
): Promise<JournalledMail[]> {
  return withBytes(await insertJournalRows(db, toJournalRows(messages, now)), messages)
}

/** Adds the bytes that the transport received. */
export function withBytes(
  mails: readonly JournalledMail[],
  messages: readonly IncomingMessage[],
): JournalledMail[] {
  return mails.map((mail, index) => ({ ...mail, bytes: messages[index]?.bytes }))
}

function originOf({ list_id, received }: Pick<NewMail, 'list_id' | 'received'>) {
  return { listId: list_id || undefined, arrived: new Date(`${received.slice(0, 23)}Z`) }
}

/** The bytes of the raw mail; undefined if it is not in the journal (any more). */
export async function readMail(db: Database, id: number): Promise<Buffer | undefined> {
  const raw = await findRaw(db, id)
  return raw && decodeMail(raw)
}

/** A mail of the journal with its bytes; undefined if it was deleted. */
export async function readJournalledMail(
  db: Database,
  row: Pick<JournalEntry, 'id' | 'list_id' | 'received'>,
): Promise<LoadedMail | undefined> {
  const bytes = await readMail(db, row.id)
  return bytes && { id: row.id, isKnown: true, ...originOf(row), bytes }
}
