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

/** How a mail can come. */
export type Source = 'pipe' | 'archive' | 'lmtp' | 'maildir' | 'inbox' | 'imap'

/** A mail as a transport receives it. */
export interface IncomingMessage {
  bytes: Uint8Array
  source: Source
  /** Its list, where the transport knows it; else the headers of the mail say. */
  listId?: string | undefined
}

/** A mail that the journal has: from here on it cannot get lost. */
export interface JournalledMail extends InsertedMail {
  listId: string | undefined
  arrived: Date
  /** Undefined: only the journal has them. */
  bytes?: Uint8Array | undefined
}

/** A mail of the journal whose bytes are in memory. */
export type LoadedMail = JournalledMail & { bytes: Uint8Array }

/** Makes the rows that the journal gets, before the transaction that inserts them. */
export function toJournalRows(messages: readonly IncomingMessage[], now: Date): NewMail[] {
  return messages.map((message) => toJournalRow(message, encodeMail(message.bytes), now))
}

/** Makes the row of a mail that is encoded already. */
export function toJournalRow(
  { source, listId = '' }: Omit<IncomingMessage, 'bytes'>,
  encoded: EncodedMail,
  now: Date,
): NewMail {
  return { ...encoded, received: toTime(now), source, list_id: listId }
}

/**
 * Inserts mails into the journal, all or none; once this resolves they are as durable as commits of `db` are. The
 * result has the order of `rows`. A mail that is there already keeps its place.
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

/** The bytes of a mail as it came; undefined if the journal does not have it (any more). */
export async function readMail(db: Database, id: number): Promise<Buffer | undefined> {
  const raw = await findRaw(db, id)
  return raw && decodeMail(raw)
}

/** A mail of the journal with its bytes; undefined if it is not there any more. */
export async function readJournalledMail(
  db: Database,
  row: Pick<JournalEntry, 'id' | 'list_id' | 'received'>,
): Promise<LoadedMail | undefined> {
  const bytes = await readMail(db, row.id)
  return bytes && { id: row.id, isKnown: true, ...originOf(row), bytes }
}
