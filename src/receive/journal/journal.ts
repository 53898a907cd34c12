import type { Database } from '../../db/schema.js'
import {
  findRaw,
  insertMails,
  type JournalEntry,
  type Journalled,
  type NewMail,
} from '../../domain/mails/journal.js'
import { toTime } from '../../util/time.js'
import { type Seal, seal, unseal } from './codec.js'

/** The ways a mail can come. */
export type Source = 'pipe' | 'archive' | 'lmtp' | 'maildir' | 'inbox' | 'imap'

/** A mail as it reached us. */
export interface Arrival {
  bytes: Uint8Array
  source: Source
  /** The list it is from, where whoever delivers it knows. */
  listId?: string | undefined
}

/** A mail that is safe: what remains is to see what it is. */
export interface Kept extends Journalled {
  listId: string | undefined
  arrived: Date
}

/** The same with its bytes at hand. */
export interface Entry extends Kept {
  bytes: Uint8Array
}

/** A mail that is ready for the journal. */
export interface Sealed {
  listId: string | undefined
  arrived: Date
  row: NewMail
}

/** Makes mails ready for the journal, before the transaction that puts them there. */
export function sealMails(arrivals: readonly Arrival[], now: Date): Sealed[] {
  return arrivals.map((arrival) => sealedAs(arrival, seal(arrival.bytes), now))
}

/** A mail that somebody has sealed, ready for the journal. */
export function sealedAs({ source, listId }: Omit<Arrival, 'bytes'>, sealed: Seal, now: Date): Sealed {
  const row = { ...sealed, received: toTime(now), source, list_id: listId ?? '' }
  return { listId, arrived: now, row }
}

/**
 * Puts mails into the journal, all or none; once this resolves they are as durable as commits of `db` are. They
 * are given in the order in which they came. One that is there already keeps its place.
 */
export async function insertSealed(db: Database, sealed: readonly Sealed[]): Promise<Kept[]> {
  const journalled = await insertMails(
    db,
    sealed.map(({ row }) => row),
  )
  return sealed.map(({ listId, arrived }, index) => ({
    ...(journalled[index] as Journalled),
    listId,
    arrived,
  }))
}

/** The same for mails that are not ready for it yet. */
export async function journalMails(db: Database, arrivals: readonly Arrival[], now: Date): Promise<Entry[]> {
  return withBytes(await insertSealed(db, sealMails(arrivals, now)), arrivals)
}

/** Mails of the journal with the bytes that they came in. */
export function withBytes(kept: readonly Kept[], arrivals: readonly Arrival[]): Entry[] {
  return kept.map((mail, index) => ({ ...mail, bytes: (arrivals[index] as Arrival).bytes }))
}

/** The bytes of a mail as it came; undefined if the journal has none of that number. */
export async function readMail(db: Database, id: number): Promise<Buffer | undefined> {
  const raw = await findRaw(db, id)
  return raw && unseal(raw)
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
