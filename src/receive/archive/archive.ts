import type { Database } from '../../db/schema.js'
import { commitBatch } from '../journal/batch.js'
import { type JournalledMail, toJournalRow } from '../journal/journal.js'
import { type ParsedEntry, parseEntries, withResults } from '../journal/parsed-entry.js'
import { type Processed, processParsed } from '../journal/processor.js'
import { ArchiveThread, type ArchiveThreadOptions, type Batch } from './import-thread.js'

/** Batches that are in the journal before the first of them is taken: the others are read meanwhile. */
const AHEAD = 2

export interface ArchiveOptions {
  /** The list its mails came from, where their headers are not to say. */
  listId?: string | undefined
  /** Hears how many bytes of the archive have been read since it heard last. */
  onRead: (bytes: number) => void
  /** Hears at the end, in a sentence, of bytes that belong to no mail. */
  onRemark?: (remark: string) => void
  now: () => Date
  thread?: ArchiveThreadOptions
}

/**
 * Takes the mails of an archive, in their order, and tells what became of each. Throws what keeps the archive
 * from being read, and what is trouble of the database; what is in the journal by then stays pending.
 */
export async function* importArchiveFile(
  db: Database,
  path: string,
  { listId, onRead, onRemark, now, thread: threadOptions }: ArchiveOptions,
): AsyncGenerator<Processed> {
  const origin = { source: 'archive' as const, listId }
  const thread = new ArchiveThread(path, threadOptions)
  const parsing: Promise<ParsedEntry[]>[] = []
  let failure: unknown
  try {
    const next = () =>
      thread.next().catch((error: unknown) => {
        // What was read before is taken first.
        failure = error
      })
    for (let batch: Batch | undefined | void; (batch = await next()); onRead(batch.advance)) {
      const due = parsing.length < AHEAD ? [] : await (parsing.shift() as Promise<ParsedEntry[]>)
      const rows = batch.encodings.map((encoding) => toJournalRow(origin, encoding, now()))
      const { processed, journalled } = await commitBatch(db, due, rows, now())
      parsing.push(parseJournalled(db, thread, batch, journalled))
      yield* processed
    }
    for (const due of parsing) yield* await processParsed(db, await due, now())
    for (const remark of thread.remarks) onRemark?.(remark)
    if (failure !== undefined) throw failure
  } finally {
    await thread.close()
  }
}

/** Has the thread read mails that are in the journal; where it fails at one of them, they are read from there. */
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
  // A failure before the first `await` is kept for that `await`.
  reads.catch(() => {})
  return reads
}
