import { capabilities } from '../../db/dialect/dialect.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { insertSealed, type Kept, type Sealed } from './journal.js'
import { type Processed, processRead, type Read, takeAll } from './processor.js'

export interface Turn {
  /** What became of the mails that were due. */
  processed: Processed[]
  /** Those that are in the journal now. */
  kept: Kept[]
}

/**
 * Takes mails that were journalled before, `due`, and journals others, by one commit: it takes as long as all
 * else. If the database goes away neither has been done, and that is thrown.
 */
export async function takeTurn(
  database: Database,
  due: readonly Read[],
  sealed: readonly Sealed[],
  now: Date,
): Promise<Turn> {
  try {
    return await transaction(database, async (db) => ({
      processed: await takeAll(db, due, now),
      kept: await insertSealed(db, sealed),
    }))
  } catch (error) {
    if (capabilities(database).isUnavailable(error)) throw error
    // We fail at one of them: each by itself, and the others have not to wait for that.
    const processed = await processRead(database, due, now)
    return { processed, kept: await insertSealed(database, sealed) }
  }
}
