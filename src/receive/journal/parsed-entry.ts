import type { Database } from '../../db/schema.js'
import { MAX_ATTEMPTS } from '../../domain/mails/journal.js'
import { type JournalledMail, readMail } from './journal.js'
import { parseInThread } from './mail-reader.js'
import type { ParseMails, ParseResult } from './parse.js'

/** A mail of the journal that is parsed: the costly part, which needs no database. */
export interface ParsedEntry {
  mail: JournalledMail
  result: ParseResult
}

/** Why a mail is not parsed any more. */
export const TOO_MANY_ATTEMPTS = `Processing it was started ${MAX_ATTEMPTS} times and never finished.`

/**
 * Parses mails of the journal, before the transaction that processes them: in a thread, unless the process has nothing
 * else to do. Bytes that a mail does not have are read from the journal; a mail that is not there any more is left out.
 * One that ended the process too often is not parsed again.
 */
export async function parseEntries(
  db: Database,
  mails: readonly JournalledMail[],
  parseMails: ParseMails = parseInThread,
): Promise<ParsedEntry[]> {
  const present: JournalledMail[] = []
  const bytes: Uint8Array[] = []
  for (const mail of mails) {
    const found = mail.bytes ?? (await readMail(db, mail.id))
    if (!found) continue
    present.push(mail)
    if (!mail.hasTooManyAttempts) bytes.push(found)
  }
  return withResults(present, await parseMails(bytes))
}

/** Mails with their results, of which those with too many attempts have none. */
export function withResults(
  mails: readonly JournalledMail[],
  results: readonly ParseResult[],
): ParsedEntry[] {
  let next = 0
  return mails.map((mail) => ({
    mail,
    result: mail.hasTooManyAttempts ? new Error(TOO_MANY_ATTEMPTS) : (results[next++] as ParseResult),
  }))
}
