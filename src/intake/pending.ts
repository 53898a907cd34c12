import type { Database } from '../db/schema.js'
import { countAttempts, listPending, type PendingMail } from '../store/journal.js'
import { toTime } from '../store/time.js'
import { inBatches } from './batches.js'
import { type Entry, readEntry } from './journal.js'
import { processMails, recordFailure } from './process.js'

/** After so many attempts that ended with the process, a mail is not tried again by itself. */
const MOST_ATTEMPTS = 5

/** Mails that are taken up at once. */
const PAGE = 64

type Pending = Entry & { attempts: number }

/**
 * Processes the mails that are in the journal since `before` and were left unfinished: whoever had them was
 * stopped, or the database went away. Gives how many. Throws what is trouble of the database.
 */
export async function processPending(
  db: Database,
  before: Date,
  now: () => Date,
  signal?: AbortSignal,
): Promise<number> {
  let count = 0
  for (let after = 0; ; ) {
    const page = await listPending(db, { after, before: toTime(before), limit: PAGE })
    await processPage(db, page, now())
    count += page.length
    after = page.at(-1)?.id ?? after
    if (page.length < PAGE || signal?.aborted) return count
  }
}

/** Attempts count before they are made: a mail that ends the process must not do so for ever. */
async function processPage(db: Database, page: readonly PendingMail[], now: Date): Promise<void> {
  const [given, others] = [page.filter(isGivenUp), page.filter((mail) => !isGivenUp(mail))]
  for (const { id, attempts } of given) {
    const reason = `It was begun ${attempts} times and never finished.`
    await recordFailure(db, id, reason, now)
  }
  if (others.length === 0) return
  const ids = others.map(({ id }) => id)
  await countAttempts(db, ids, 1)
  try {
    for await (const batch of inBatches(read(db, others))) {
      // Where somebody failed before, one of them may be the reason: each by itself, the others get through.
      const isFirst = batch.every(({ attempts }) => attempts === 0)
      for (const entries of isFirst ? [batch] : batch.map((entry) => [entry]))
        await processMails(db, entries, now)
    }
  } catch (error) {
    await countAttempts(db, ids, -1)
    throw error
  }
}

function isGivenUp({ attempts }: PendingMail): boolean {
  return attempts >= MOST_ATTEMPTS
}

async function* read(db: Database, page: readonly PendingMail[]): AsyncGenerator<Pending> {
  for (const mail of page) {
    const entry = await readEntry(db, mail)
    if (entry) yield { ...entry, attempts: mail.attempts }
  }
}
