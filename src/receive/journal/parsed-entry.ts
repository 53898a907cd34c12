import type { Database } from '../../db/schema.js'
import { MAX_ATTEMPTS } from '../../domain/mails/journal.js'
import { type JournalledMail, readMail } from './journal.js'
import { parseInThread } from './mail-reader.js'
import type { ParseMails, ParseResult } from './parse.js'

/** A parsed mail of the journal: parsing is the costly part and needs no database. */
export interface ParsedEntry {
  mail: JournalledMail
  result: ParseResult
}

/** The reason why a mail is no longer parsed. */
export const TOO_MANY_ATTEMPTS = `Processing it was started ${MAX_ATTEMPTS} times and never finished.`

/**
 * Parses mails of the journal before the transaction that processes them: in a thread, unless the process has no other
 * work. Missing bytes are read from the journal; a mail that was deleted from it is omitted.
 * A mail that ended the process too often is not parsed again.
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

/** Combines mails with their parse results; mails with too many attempts have none. */
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
