import { capabilities } from '../../db/dialect/dialect.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { insertJournalRows, type JournalledMail, type JournalRow } from './journal.js'
import { type ParsedEntry, type Processed, processAll, processParsed } from './processor.js'

export interface CommittedBatch {
  /** What became of the mails that were due. */
  processed: Processed[]
  /** Those that are in the journal now. */
  journalled: JournalledMail[]
}

/**
 * Takes mails that were journalled before, `due`, and journals others, by one commit: it takes as long as all
 * else. If the database goes away neither has been done, and that is thrown.
 */
export async function commitBatch(
  database: Database,
  due: readonly ParsedEntry[],
  rows: readonly JournalRow[],
  now: Date,
): Promise<CommittedBatch> {
  try {
    return await transaction(database, async (db) => ({
      processed: await processAll(db, due, now),
      journalled: await insertJournalRows(db, rows),
    }))
  } catch (error) {
    if (capabilities(database).isUnavailable(error)) throw error
    // We fail at one of them: each by itself, and the others have not to wait for that.
    const processed = await processParsed(database, due, now)
    return { processed, journalled: await insertJournalRows(database, rows) }
  }
}
