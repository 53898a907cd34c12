import { capabilities } from '../../db/dialect/dialect.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import type { NewMail } from '../../domain/mails/journal.js'
import { insertJournalRows, type JournalledMail } from './journal.js'
import type { ParsedEntry } from './parsed-entry.js'
import { type Processed, processAll, processParsed } from './processor.js'

export interface CommittedBatch {
  /** The outcomes of the due mails. */
  processed: Processed[]
  /** The newly journalled mails. */
  journalled: JournalledMail[]
}

/**
 * Processes mails of the journal (`due`) and journals others (`rows`) in one commit, which takes as long as all
 * other work. If the database is unavailable, it does neither and throws.
 */
export async function commitBatch(
  database: Database,
  due: readonly ParsedEntry[],
  rows: readonly NewMail[],
  now: Date,
): Promise<CommittedBatch> {
  try {
    return await transaction(database, async (db) => {
      // First what a database can write while the others are processed.
      const journalled = await insertJournalRows(db, rows)
      return { processed: await processAll(db, due, now), journalled }
    })
  } catch (error) {
    if (capabilities(database).isUnavailable(error)) throw error
    // A mail failed: process each mail separately, and journal the new ones independently of it.
    const processed = await processParsed(database, due, now)
    return { processed, journalled: await insertJournalRows(database, rows) }
  }
}
