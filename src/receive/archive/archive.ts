import type { Database } from '../../db/schema.js'
import { commitBatch } from '../journal/batch.js'
import { type JournalledMail, toJournalRow } from '../journal/journal.js'
import { type ParsedEntry, parseEntries, withResults } from '../journal/parsed-entry.js'
import { type Processed, processParsed } from '../journal/processor.js'
import type { ArchiveThread, Batch } from './import-thread.js'

/**
 * Batches that are journalled before the first of them is processed: the others are parsed meanwhile. Some take twice as
 * long as others, so neither thread may have just one at hand.
 */
const AHEAD = 3

export interface ArchiveOptions {
  /** The list of its mails, in place of their headers. */
  listId?: string | undefined
  /** Called with the number of bytes of the archive that were read since the last call. */
  onRead: (bytes: number) => void
  /** Called at the end with a sentence about bytes that belong to no mail. */
  onRemark?: (remark: string) => void
  now: () => Date
}

/**
 * Imports the mails of the archive that `thread` has opened, in order, and yields the outcome of each. Throws if the
 * archive cannot be read, and errors of the database; then journalled mails stay pending.
 */
export async function* importArchiveFile(
  db: Database,
  thread: ArchiveThread,
  { listId, onRead, onRemark, now }: ArchiveOptions,
): AsyncGenerator<Processed> {
  const origin = { source: 'archive' as const, listId }
  const parsing: Promise<ParsedEntry[]>[] = []
  let failure: unknown
  const next = () =>
    thread.next().catch((error: unknown) => {
      // Process the mails that were read before first.
      failure = error
    })
  for (let batch: Batch | undefined | void; (batch = await next()); onRead(batch.advance)) {
    const oldest = parsing.length < AHEAD ? undefined : parsing.shift()
    const due = oldest ? await thread.idleUntil(oldest) : []
    const rows = batch.encodings.map((encoding) => toJournalRow(origin, encoding, now()))
    const { processed, journalled } = await commitBatch(db, due, rows, now())
    parsing.push(parseJournalled(db, thread, batch, journalled))
    yield* processed
  }
  for (const due of parsing) yield* await processParsed(db, await due, now())
  for (const remark of thread.remarks) onRemark?.(remark)
  if (failure !== undefined) throw failure
}

/** Lets the thread parse journalled mails; if it fails at one of them, they are parsed from the journal. */
function parseJournalled(
  db: Database,
  thread: ArchiveThread,
  batch: Batch,
  journalled: readonly JournalledMail[],
): Promise<ParsedEntry[]> {
  const skipped = [...journalled.keys()].filter((place) => journalled[place]?.hasTooManyAttempts)
  const reads = thread
    .read(batch, skipped)
    .then((results) => (results ? withResults(journalled, results) : parseEntries(db, journalled)))
  // A rejection before the first `await` is reported by that `await`.
  reads.catch(() => {})
  return reads
}
