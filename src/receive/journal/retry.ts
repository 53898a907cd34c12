import type { Database } from '../../db/schema.js'
import { getMail } from '../../domain/mails/list.js'
import { NotFound } from '../../util/errors.js'
import { readJournalledMail } from './journal.js'
import { type Processed, processMails } from './processor.js'

/**
 * Processes a mail of the journal again: after a bug was fixed, or for a new project. A mail that
 * was stored becomes a duplicate, and nothing changes. Throws NotFound.
 */
export async function retryMail(db: Database, id: number, now: Date): Promise<Processed> {
  const mail = await readJournalledMail(db, await getMail(db, id))
  if (!mail) throw new NotFound(`The journal has no mail ${id}.`)
  const [processed] = await processMails(db, [mail], now)
  return processed as Processed
}
