import type { Database, Time } from '../db/schema.js'
import { transaction } from '../db/transaction.js'
import { knownMails } from '../domain/mails/known-mails.js'
import { readPeopleAhead } from '../domain/people/queries.js'
import type { Project } from '../domain/projects/queries.js'
import { parseMail } from '../mail/parse.js'
import { authorOf } from '../mail/sender.js'
import { subjectFor } from '../mail/subject.js'
import type { ParsedMail, Sender } from '../mail/types.js'
import { toTime } from '../util/time.js'
import { ingestComment } from './comment.js'
import { ingestCover } from './cover.js'
import { decideKind } from './kind.js'
import type { Incoming, Outcome } from './outcome.js'
import { ingestPatch } from './patch.js'
import { routeMail } from './route.js'

export interface IngestOptions {
  /** Its list, if the transport knows it; else the headers decide. */
  listId?: string | undefined
  now: Date
  /** When it was received, if not now; also the date of a mail without one. */
  arrived?: Date
}

/**
 * Ingests one mail: parses it, finds its project and stores it as a patch, a cover or a comment, all in one
 * transaction with its events. Throws only errors of the database, including `Busy`.
 */
export function ingest(db: Database, bytes: Uint8Array, options: IngestOptions): Promise<Outcome> {
  return ingestParsed(db, parseMail(bytes), options)
}

/** Ingests a mail that is parsed already. */
export async function ingestParsed(db: Database, mail: ParsedMail, options: IngestOptions): Promise<Outcome> {
  return await ingestPrepared(db, await prepareMail(db, mail, options))
}

/** A mail with its project, or its outcome if that is certain already. */
export type Prepared = { incoming: Incoming } | { outcome: Outcome }

/** Reads the data that is needed to store a mail; writes nothing. */
export async function prepareMail(
  db: Database,
  mail: ParsedMail,
  { listId, now, arrived = now }: IngestOptions,
): Promise<Prepared> {
  const { messageId, subject, sender } = mail
  if (messageId === undefined) return rejected('It has no Message-Id, or a broken one.')
  if (subject === undefined) return rejected('It has no Subject.')
  if (mail.hints.isIgnored) return ignored('X-Patchwork-Hint says so.')
  const project = await routeMail(db, mail, listId)
  if (!project) return ignored('No project has its list.')
  if (!sender) return rejected('It has no sender in From.', project)
  if (!mail.diff && !mail.content) return ignored('It has no text.', project)
  return { incoming: toIncoming({ ...mail, messageId, subject, sender }, project, now, arrived) }
}

function rejected(reason: string, project?: Project): Prepared {
  return { outcome: { kind: 'rejected', reason, ...(project && { project: project.id }) } }
}

function ignored(reason: string, project?: Project): Prepared {
  return { outcome: { kind: 'ignored', reason, ...(project && { project: project.id }) } }
}

/** References of one mail that are prefetched; if it has more, all are read when it is ingested. */
const MAX_READ_AHEAD = 50

/** Prefetches, by few statements, the data that a transaction needs to ingest some mails. */
export async function readAhead(db: Database, incoming: readonly Incoming[]): Promise<void> {
  const msgids = incoming.map(({ messageId }) => messageId)
  const references = incoming.flatMap(({ mail }) =>
    mail.references.length > MAX_READ_AHEAD ? [] : mail.references,
  )
  await knownMails.readAhead(db, [...msgids, ...references])
  await readPeopleAhead(
    db,
    incoming.map(({ author }) => author.email),
  )
}

/** Ingests a prepared mail. */
export async function ingestPrepared(db: Database, mail: Prepared): Promise<Outcome> {
  return 'outcome' in mail ? mail.outcome : await store(db, mail.incoming)
}

/** Prepares a mail before any write. */
export function toIncoming(
  mail: ParsedMail & { messageId: string; subject: string; sender: Sender },
  project: Project,
  now: Date,
  arrived: Date,
): Incoming {
  const received = toTime(now)
  const author = authorOf(mail.sender, project.list_email)
  const subject = subjectFor(mail, [project.link_name])
  const date = believable(mail.date, arrived) ?? toTime(arrived)
  return { mail, messageId: mail.messageId, subject, author, project, date, received }
}

/** Tolerance for sender clocks that are ahead of the server's, in milliseconds. */
const MAX_AHEAD_MS = 3_600_000

/** A date after the time of receipt is ignored: until that date the mail would be listed before all others. */
function believable(date: Time | undefined, arrived: Date): Time | undefined {
  return date !== undefined && date > toTime(new Date(arrived.getTime() + MAX_AHEAD_MS)) ? undefined : date
}

/** Stores a mail as its kind. */
function store(db: Database, incoming: Incoming): Promise<Outcome> {
  return transaction(db, async (db) => {
    const decision = await decideKind(db, incoming)
    return await TAKE[decision.kind](db, decision.incoming)
  })
}

const TAKE = { patch: ingestPatch, cover: ingestCover, comment: ingestComment }
