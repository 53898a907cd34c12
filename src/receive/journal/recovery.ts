import type { Database } from '../../db/schema.js'
import { countAttempts, listPending, MAX_ATTEMPTS, type PendingMail } from '../../domain/mails/journal.js'
import { inBatches } from '../../util/batches.js'
import { toTime } from '../../util/time.js'
import { type LoadedMail, readJournalledMail } from './journal.js'
import { TOO_MANY_ATTEMPTS } from './parsed-entry.js'
import { processMails, recordFailure } from './processor.js'

/** Mails per batch. */
const PAGE = 64

/**
 * Processes the unfinished mails that were journalled before `before`: their process was
 * stopped, or the database became unavailable. Returns their number. Throws errors of the database.
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

/**
 * Attempts are counted before they are made: a mail that ends the process must not do so forever. Mails that were tried
 * once share a batch; a mail that was tried more often may be the cause and is processed separately: its failure
 * does not count for the mails after it.
 */
async function processPage(db: Database, page: readonly PendingMail[], now: Date): Promise<void> {
  for (const { id } of page.filter(hasTooManyAttempts)) await recordFailure(db, id, TOO_MANY_ATTEMPTS, now)
  let together: PendingMail[] = []
  for (const mail of page.filter((each) => !hasTooManyAttempts(each))) {
    if (mail.attempts <= 1) together.push(mail)
    else {
      await attempt(db, together, now)
      await attempt(db, [mail], now)
      together = []
    }
  }
  await attempt(db, together, now)
}

async function attempt(db: Database, mails: readonly PendingMail[], now: Date): Promise<void> {
  if (mails.length === 0) return
  const ids = mails.map(({ id }) => id)
  await countAttempts(db, ids, 1)
  try {
    for await (const batch of inBatches(read(db, mails))) await processMails(db, batch, now)
  } catch (error) {
    await countAttempts(db, ids, -1)
    throw error
  }
}

function hasTooManyAttempts({ attempts }: PendingMail): boolean {
  return attempts >= MAX_ATTEMPTS
}

async function* read(db: Database, page: readonly PendingMail[]): AsyncGenerator<LoadedMail> {
  for (const mail of page) {
    const entry = await readJournalledMail(db, mail)
    if (entry) yield entry
  }
}
