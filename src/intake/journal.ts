import { hash } from 'node:crypto'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { Database } from '../db/schema.js'
import { LIMITS } from '../mail/limits.js'
import { findRaw, insertMails, type JournalEntry, type Journalled, type NewMail } from '../store/journal.js'
import { toTime } from '../store/time.js'

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
export interface Entry extends Journalled {
  bytes: Uint8Array
  listId: string | undefined
  arrived: Date
}

/** Quick, and nearly as small as higher levels make a text of a few kilobytes. */
const LEVEL = 1

/** A mail that is ready for the journal. */
export interface Sealed {
  arrival: Arrival
  arrived: Date
  row: NewMail
}

/** Makes mails ready for the journal, before the transaction that puts them there. */
export function sealMails(arrivals: readonly Arrival[], now: Date): Sealed[] {
  const received = toTime(now)
  return arrivals.map((arrival) => {
    const { bytes, source, listId = '' } = arrival
    const mail = { received, source, list_id: listId, size: bytes.length }
    return { arrival, arrived: now, row: { ...mail, digest: digestOf(bytes), raw: compress(bytes) } }
  })
}

/**
 * Puts mails into the journal, all or none; once this resolves they are as durable as commits of `db` are. The
 * entries come in the order of the mails. One that is there already keeps its place.
 */
export async function insertSealed(db: Database, sealed: readonly Sealed[]): Promise<Entry[]> {
  const journalled = await insertMails(
    db,
    sealed.map(({ row }) => row),
  )
  return sealed.map(({ arrival: { bytes, listId }, arrived }, index) => ({
    ...(journalled[index] as Journalled),
    bytes,
    listId,
    arrived,
  }))
}

/** The same for mails that are not ready for it yet. */
export async function journalMails(db: Database, arrivals: readonly Arrival[], now: Date): Promise<Entry[]> {
  return await insertSealed(db, sealMails(arrivals, now))
}

function compress(bytes: Uint8Array): Buffer {
  // A buffer of the right size at once: finding it out takes as long as compressing.
  const chunkSize = Math.max(1024, bytes.length)
  return zstdCompressSync(bytes, { chunkSize, params: { [constants.ZSTD_c_compressionLevel]: LEVEL } })
}

/** By which the journal knows a mail again: SHA-256, base64url. */
export function digestOf(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'base64url')
}

/** The bytes of a mail as it came; undefined if the journal has none of that number. */
export async function readMail(db: Database, id: number): Promise<Buffer | undefined> {
  const raw = await findRaw(db, id)
  return raw && zstdDecompressSync(raw, { maxOutputLength: LIMITS.mailBytes + 1 })
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
