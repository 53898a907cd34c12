import type { Database } from '../../db/schema.js'
import { takeTurn } from '../journal/batch.js'
import { type Entry, type Kept, readMail, sealedAs } from '../journal/journal.js'
import { type Processed, processRead, type Read, readEntries, withReadings } from '../journal/processor.js'
import { ArchiveThread, type ArchiveThreadOptions, type Batch } from './import-thread.js'

/** Batches that are in the journal before the first of them is taken: the others are read meanwhile. */
const AHEAD = 2

export interface ArchiveOptions {
  /** The list its mails came from, where their headers are not to say. */
  listId?: string | undefined
  /** Hears how many bytes of the archive have been read since it heard last. */
  onRead: (bytes: number) => void
  now: () => Date
  thread?: ArchiveThreadOptions
}

/**
 * Takes the mails of an archive, in their order, and tells what became of each. Throws what keeps the archive
 * from being read, and what is trouble of the database; what is in the journal by then stays pending.
 */
export async function* takeArchive(
  db: Database,
  path: string,
  { listId, onRead, now, thread: threadOptions }: ArchiveOptions,
): AsyncGenerator<Processed> {
  const origin = { source: 'archive' as const, listId }
  const thread = new ArchiveThread(path, threadOptions)
  const reading: Promise<Read[]>[] = []
  let failure: unknown
  try {
    const next = () =>
      thread.next().catch((error: unknown) => {
        // What was read before is taken first.
        failure = error
      })
    for (let batch: Batch | undefined | void; (batch = await next()); onRead(batch.advance)) {
      const due = reading.length < AHEAD ? [] : await (reading.shift() as Promise<Read[]>)
      const sealed = batch.seals.map((seal) => sealedAs(origin, seal, now()))
      const { processed, kept } = await takeTurn(db, due, sealed, now())
      reading.push(readKept(db, thread, batch, kept))
      yield* processed
    }
    for (const due of reading) yield* await processRead(db, await due, now())
    if (failure !== undefined) throw failure
  } finally {
    await thread.close()
  }
}

/** Has the thread read mails that are in the journal; where it fails at one of them, they are read from there. */
function readKept(db: Database, thread: ArchiveThread, batch: Batch, kept: readonly Kept[]): Promise<Read[]> {
  const skipped = [...kept.keys()].filter((place) => kept[place]?.isGivenUp)
  const reads = thread
    .read(batch, skipped)
    .then((readings) => (readings ? withReadings(kept, readings) : readJournalled(db, kept)))
  // What fails before anybody waits for it does so for whoever will.
  reads.catch(() => {})
  return reads
}

async function readJournalled(db: Database, kept: readonly Kept[]): Promise<Read[]> {
  const entries: Entry[] = []
  for (const mail of kept) {
    const bytes = await readMail(db, mail.id)
    if (bytes) entries.push({ ...mail, bytes })
  }
  return await readEntries(entries)
}
