import { capabilities } from '../../db/dialect/dialect.js'
import { giveOutIds } from '../../db/given-ids.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { noteFailure } from '../../domain/failures/updates.js'
import { awaited } from '../../domain/mails/awaited.js'
import { recordOutcome } from '../../domain/mails/journal-outcome.js'
import { namesOf } from '../../ingest/dependencies.js'
import { ingestParsed, ingestPrepared, type Prepared, prepareMail, readAhead } from '../../ingest/ingest.js'
import { coverNames } from '../../ingest/kind.js'
import type { Outcome } from '../../ingest/outcome.js'
import type { ParsedMail } from '../../mail/types.js'
import { truncate } from '../../util/text.js'
import { toTime } from '../../util/time.js'
import { type Found, ingestEarlyReplies, noteAwaited } from './early-replies.js'
import type { JournalledMail } from './journal.js'
import { failedResult, MAX_REASON, resultOf } from './mail-result.js'
import type { ParseMails } from './parse.js'
import { type ParsedEntry, parseEntries } from './parsed-entry.js'

/** The outcome of a mail, or an internal failure; the journal keeps the failed mail. */
export type Processed = Outcome | { kind: 'failed'; reason: string }

/** Parses and processes mails of the journal; see `parseEntries` and `processParsed`. */
export async function processMails(
  db: Database,
  mails: readonly JournalledMail[],
  now: Date,
  parseMails?: ParseMails,
): Promise<Processed[]> {
  return await processParsed(db, await parseEntries(db, mails, parseMails), now)
}

/**
 * Processes mails of the journal, in order, and records the outcome of each in the transaction that stores it.
 * A failing mail does not affect the others. Throws errors of the database: then mails without a recorded outcome
 * stay pending.
 */
export async function processParsed(
  db: Database,
  entries: readonly ParsedEntry[],
  now: Date,
): Promise<Processed[]> {
  if (entries.length === 1) return [await processAlone(db, entries[0] as ParsedEntry, now)]
  try {
    return await processAll(db, entries, now)
  } catch (error) {
    if (capabilities(db).isUnavailable(error)) throw error
    const processed: Processed[] = []
    for (const entry of entries) processed.push(await processAlone(db, entry, now))
    return processed
  }
}

/** Processes mails in one transaction: all, or none if one of them fails. */
export async function processAll(
  database: Database,
  entries: readonly ParsedEntry[],
  now: Date,
): Promise<Processed[]> {
  return await transaction(database, async (db) => {
    if (entries.length > 1) giveOutIds(db)
    const prepared = await prepareAll(db, entries, now)
    const processed: Processed[] = []
    for (const [index, entry] of entries.entries())
      processed.push(await processOne(db, entry, prepared[index] as Prepared | Error, now))
    return processed
  })
}

/** Prepares mails before the first of them is processed. */
async function prepareAll(
  db: Database,
  entries: readonly ParsedEntry[],
  now: Date,
): Promise<(Prepared | Error)[]> {
  const prepared: (Prepared | Error)[] = []
  for (const { mail, result } of entries) {
    const { listId, arrived } = mail
    prepared.push(result instanceof Error ? result : await prepareMail(db, result, { listId, now, arrived }))
  }
  const incoming = prepared.flatMap((mail) => ('incoming' in mail ? [mail.incoming] : []))
  await readAhead(db, incoming)
  await awaited.readAhead(
    db,
    incoming.flatMap(({ mail, subject }) => [...namesOf(mail), ...coverNames(subject)]),
  )
  return prepared
}

async function processAlone(db: Database, entry: ParsedEntry, now: Date): Promise<Processed> {
  try {
    return await processAll(db, [entry], now).then(([processed]) => processed as Processed)
  } catch (error) {
    if (capabilities(db).isUnavailable(error)) throw error
    return await recordFailure(db, entry.mail.id, (error as Error).message, now)
  }
}

async function processOne(
  db: Database,
  { mail: { id }, result }: ParsedEntry,
  prepared: Prepared | Error,
  now: Date,
): Promise<Processed> {
  if (result instanceof Error || prepared instanceof Error)
    return await recordFailure(db, id, (result as Error).message, now)
  const outcome = await ingestPrepared(db, prepared)
  await recordOutcome(db, id, resultOf(result, outcome))
  await noteAwaited(db, id, outcome, now)
  if (outcome.kind === 'rejected') await noteFailed(db, id, outcome.reason, now)
  if ('id' in outcome)
    await ingestEarlyReplies(db, outcome.project, foundOf(result, outcome), now, ingestAgain)
  return outcome
}

/** Ingests a mail again that was ignored, or stored as another kind, before its parent arrived. */
async function ingestAgain(
  db: Database,
  { mail: { id, listId, arrived }, result }: { mail: JournalledMail; result: ParsedMail },
  isStored: boolean,
  now: Date,
): Promise<readonly Found[]> {
  const outcome = await ingestParsed(db, result, { listId, now, arrived })
  if (outcome.kind === 'duplicate' || !('id' in outcome || isStored)) return []
  await recordOutcome(db, id, resultOf(result, outcome))
  if (isStored) await noteAwaited(db, id, outcome, now)
  return 'id' in outcome ? foundOf(result, outcome) : []
}

type StoredOutcome = Extract<Outcome, { id: number }>

/** The keys of a stored mail that other mails may await. */
function foundOf({ messageId }: ParsedMail, outcome: StoredOutcome): Found[] {
  const place =
    outcome.kind === 'comment' ? outcome.parent : { kind: outcome.kind, id: outcome.id, answeredCover: null }
  const names = messageId === undefined ? [] : [messageId]
  if (outcome.kind === 'cover') names.push(outcome.coverName)
  return names.map((name) => ({ name, place }))
}

/** Records that a mail could not be processed, for the journal and for administrators. */
export async function recordFailure(
  database: Database,
  id: number,
  message: string,
  now: Date,
): Promise<Processed> {
  const reason = truncate(message, MAX_REASON)
  await transaction(database, async (db) => {
    await recordOutcome(db, id, failedResult(reason))
    await noteFailed(db, id, reason, now)
  })
  return { kind: 'failed', reason }
}

async function noteFailed(db: Database, id: number, reason: string, now: Date): Promise<void> {
  await noteFailure(db, { kind: 'incoming mail', name: String(id), reason }, toTime(now))
}
