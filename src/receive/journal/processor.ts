import { capabilities } from '../../db/dialect/dialect.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { noteFailure } from '../../domain/failures/failures.js'
import { awaited } from '../../domain/mails/awaited.js'
import { MAX_ATTEMPTS } from '../../domain/mails/journal.js'
import { type MailResult, recordOutcome } from '../../domain/mails/journal-outcome.js'
import { namesOf } from '../../ingest/dependencies.js'
import { ingestParsed, ingestPrepared, type Prepared, prepareMail, readAhead } from '../../ingest/ingest.js'
import { coverNames } from '../../ingest/kind.js'
import type { Outcome } from '../../ingest/outcome.js'
import { truncateName } from '../../mail/limits.js'
import { truncate } from '../../util/text.js'
import { toTime } from '../../util/time.js'
import { type Found, ingestEarlyReplies, noteAwaited } from './early-replies.js'
import type { Entry, JournalledMail } from './journal.js'
import { parseInThread } from './mail-reader.js'
import { type ParsedMessage, type ParseResult, read } from './read.js'

/** What became of a mail, or that we failed at it: a mistake of ours, which the journal keeps the mail for. */
export type Processed = Outcome | { kind: 'failed'; reason: string }

/** Why a mail is not read any more. */
export const TOO_MANY_ATTEMPTS = `Processing it was started ${MAX_ATTEMPTS} times and never finished.`

/** Longest reason that is kept. */
const MAX_REASON = 1000

/** A mail of the journal that has been read: what costs most, and needs no database. */
export interface ParsedEntry {
  mail: JournalledMail
  reading: ParseResult
}

/** Reads mails, all of them in their order. */
export type ParseMails = (mails: readonly Uint8Array[]) => Promise<ParseResult[]>

/**
 * Reads mails, before the transaction that takes them: in a thread, unless the process has nothing else to do. One that
 * ended the process too often is not read again.
 */
export async function parseEntries(
  entries: readonly Entry[],
  parseMails: ParseMails = parseInThread,
): Promise<ParsedEntry[]> {
  return withResults(
    entries,
    await parseMails(entries.filter((mail) => !mail.hasTooManyAttempts).map(({ bytes }) => bytes)),
  )
}

/** Mails with their readings, of which those that are given up have none. */
export function withResults(
  mails: readonly JournalledMail[],
  results: readonly ParseResult[],
): ParsedEntry[] {
  let next = 0
  return mails.map((mail) => ({
    mail,
    reading: mail.hasTooManyAttempts ? new Error(TOO_MANY_ATTEMPTS) : (results[next++] as ParseResult),
  }))
}

/** Reads and takes mails of the journal; see `parseEntries` and `processRead`. */
export async function processMails(
  db: Database,
  entries: readonly Entry[],
  now: Date,
  parseMails?: ParseMails,
): Promise<Processed[]> {
  return await processParsed(db, await parseEntries(entries, parseMails), now)
}

/**
 * Takes mails of the journal, in their order, and notes what becomes of each in the transaction that makes it
 * so. A mail that we fail at keeps none of the others. Throws what is trouble of the database: then what was
 * not noted stays pending.
 */
export async function processParsed(
  db: Database,
  mails: readonly ParsedEntry[],
  now: Date,
): Promise<Processed[]> {
  if (mails.length === 1) return [await processAlone(db, mails[0] as ParsedEntry, now)]
  try {
    return await processAll(db, mails, now)
  } catch (error) {
    if (capabilities(db).isUnavailable(error)) throw error
    const processed: Processed[] = []
    for (const mail of mails) processed.push(await processAlone(db, mail, now))
    return processed
  }
}

/** Takes mails in one transaction: all, or none if one of them fails. */
export async function processAll(
  database: Database,
  mails: readonly ParsedEntry[],
  now: Date,
): Promise<Processed[]> {
  return await transaction(database, async (db) => {
    const prepared = await prepareAll(db, mails, now)
    const processed: Processed[] = []
    for (const [index, mail] of mails.entries())
      processed.push(await processOne(db, mail, prepared[index] as Prepared | Error, now))
    return processed
  })
}

/** What is known of mails before the first of them is taken. */
async function prepareAll(
  db: Database,
  mails: readonly ParsedEntry[],
  now: Date,
): Promise<(Prepared | Error)[]> {
  const prepared: (Prepared | Error)[] = []
  for (const { mail, reading } of mails) {
    const { listId, arrived } = mail
    prepared.push(
      reading instanceof Error ? reading : await prepareMail(db, reading.parsed, { listId, now, arrived }),
    )
  }
  const incoming = prepared.flatMap((mail) => ('incoming' in mail ? [mail.incoming] : []))
  await readAhead(db, incoming)
  await awaited.readAhead(
    db,
    incoming.flatMap(({ mail, subject }) => [...namesOf(mail), ...coverNames(subject)]),
  )
  return prepared
}

async function processAlone(db: Database, one: ParsedEntry, now: Date): Promise<Processed> {
  try {
    return await processAll(db, [one], now).then(([processed]) => processed as Processed)
  } catch (error) {
    if (capabilities(db).isUnavailable(error)) throw error
    return await recordFailure(db, one.mail.id, (error as Error).message, now)
  }
}

async function processOne(
  db: Database,
  { mail, reading }: ParsedEntry,
  prepared: Prepared | Error,
  now: Date,
): Promise<Processed> {
  const { id } = mail
  if (reading instanceof Error || prepared instanceof Error)
    return await recordFailure(db, id, (reading as Error).message, now)
  const outcome = await ingestPrepared(db, prepared)
  await recordOutcome(db, id, { ...NOTHING, ...describe(reading), ...resultOf(outcome) })
  await noteAwaited(db, id, outcome, now)
  if (outcome.kind === 'rejected') await noteFailed(db, id, outcome.reason, now)
  if ('id' in outcome)
    await ingestEarlyReplies(db, outcome.project, foundOf(reading, outcome), now, ingestAgain)
  return outcome
}

/** Takes a mail again that was ignored, or stored as something else, before what it answers had come. */
async function ingestAgain(
  db: Database,
  entry: Entry,
  isStored: boolean,
  now: Date,
): Promise<readonly Found[]> {
  const reading = read(entry.bytes)
  if (reading instanceof Error) return []
  const { id, listId, arrived } = entry
  const outcome = await ingestParsed(db, reading.parsed, { listId, now, arrived })
  if (outcome.kind === 'duplicate' || !('id' in outcome || isStored)) return []
  await recordOutcome(db, id, { ...NOTHING, ...describe(reading), ...resultOf(outcome) })
  if (isStored) await noteAwaited(db, id, outcome, now)
  return 'id' in outcome ? foundOf(reading, outcome) : []
}

/** What others may wait for once a mail is stored. */
function foundOf({ parsed: { messageId } }: ParsedMessage, outcome: StoredOutcome): Found[] {
  const place = outcome.kind === 'comment' ? outcome.parent : { kind: outcome.kind, id: outcome.id }
  const names = messageId === undefined ? [] : [messageId]
  if (outcome.kind === 'cover') names.push(outcome.coverName)
  return names.map((name) => ({ name, place }))
}

type StoredOutcome = Extract<Outcome, { id: number }>

/** Notes that we failed at a mail, for the journal and for administrators. */
export async function recordFailure(
  database: Database,
  id: number,
  message: string,
  now: Date,
): Promise<Processed> {
  const reason = truncate(message, MAX_REASON)
  await transaction(database, async (db) => {
    await recordOutcome(db, id, { ...NOTHING, outcome: 'failed', reason })
    await noteFailed(db, id, reason, now)
  })
  return { kind: 'failed', reason }
}

async function noteFailed(db: Database, id: number, reason: string, now: Date): Promise<void> {
  await noteFailure(db, { kind: 'incoming mail', name: String(id), reason }, toTime(now))
}

/** Of a mail of which nothing was read. */
const NOTHING: Omit<MailResult, 'outcome'> = {
  reason: null,
  msgid: null,
  subject: null,
  sender: null,
  essence: null,
  project_id: null,
  patch_id: null,
  cover_id: null,
  comment_id: null,
}

/** What is read of a mail whatever becomes of it. */
function describe({ parsed: { messageId, subject, from }, essence }: ParsedMessage): Partial<MailResult> {
  return {
    msgid: messageId ?? null,
    subject: subject === undefined ? null : truncateName(subject),
    sender: from === undefined ? null : truncateName(from),
    essence,
  }
}

function resultOf(outcome: Outcome): Pick<MailResult, 'outcome'> & Partial<MailResult> {
  if (!('id' in outcome)) {
    const { kind, reason, project = null } = outcome
    return { outcome: kind === 'rejected' ? 'failed' : kind, reason, project_id: project }
  }
  const { kind, id, project, problems } = outcome
  const reason = problems.length > 0 ? truncate(problems.join(' '), MAX_REASON) : null
  const about = kind === 'comment' ? outcome.parent : { kind, id }
  return {
    outcome: kind,
    reason,
    project_id: project,
    ...(about.kind === 'patch' ? { patch_id: about.id } : { cover_id: about.id }),
    ...(kind === 'comment' ? { comment_id: id } : {}),
  }
}
