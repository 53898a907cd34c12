import { capabilities } from '../../db/dialect/dialect.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import type { Actor } from '../../domain/actor.js'
import { getMail } from '../../domain/mails/list.js'
import { recordRetry } from '../../domain/outbox/commands.js'
import { Forbidden, NotFound } from '../../util/errors.js'
import { readJournalledMail } from './journal.js'
import { parseEntries } from './parsed-entry.js'
import { type Processed, processAll, recordFailure } from './processor.js'

/**
 * Processes a mail of the journal again: after a fault of ours was mended, or for a project that is new. Of one that
 * was stored this finds a duplicate, and changes nothing. The permission is checked and the retry recorded in the
 * transaction that processes the mail. Throws NotFound, and Forbidden for those who do not administer the site.
 */
export async function retryMail(database: Database, actor: Actor, id: number, now: Date): Promise<Processed> {
  const mail = await readJournalledMail(database, await getMail(database, id))
  if (!mail) throw new NotFound(`The journal has no mail ${id}.`)
  const entries = await parseEntries(database, [mail])
  const attempt = (work: (db: Database) => Promise<Processed>) =>
    transaction(database, async (db) => {
      const processed = await work(db)
      await recordRetry(db, actor, id, processed.kind)
      return processed
    })
  try {
    return await attempt(async (db) => (await processAll(db, entries, now))[0] as Processed)
  } catch (error) {
    if (error instanceof Forbidden || capabilities(database).isUnavailable(error)) throw error
    return await attempt((db) => recordFailure(db, id, (error as Error).message, now))
  }
}
