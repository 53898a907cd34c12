import { transaction } from '../db/transaction.js'
import type { Database, Time } from '../db/schema.js'
import { authorOf } from '../mail/sender.js'
import { parseMail } from '../mail/parse.js'
import { parseSubject } from '../mail/subject.js'
import type { ParsedMail } from '../mail/types.js'
import { toTime } from '../store/time.js'
import { takeComment } from './comment.js'
import { takeCover } from './cover.js'
import type { Incoming, Outcome } from './outcome.js'
import { findParent } from './parent.js'
import { takePatch } from './patch.js'
import { routeMail } from './route.js'

export interface IngestOptions {
  /** The list it came from, where whoever delivers it knows; else its headers say. */
  listId?: string | undefined
  now: Date
  /** When it reached us, where that is not now: what a mail without a date was sent. */
  arrived?: Date
}

/**
 * Takes one mail: reads it, finds its project and stores it as a patch, a cover or a comment, all in one
 * transaction with the events it raises, or not at all. Throws only what the database throws, `Busy` among it.
 */
export function ingest(db: Database, bytes: Uint8Array, options: IngestOptions): Promise<Outcome> {
  return ingestParsed(db, parseMail(bytes), options)
}

/** The same for a mail that has been read already. */
export async function ingestParsed(
  db: Database,
  mail: ParsedMail,
  { listId, now, arrived = now }: IngestOptions,
): Promise<Outcome> {
  if (mail.messageId === undefined)
    return { kind: 'rejected', reason: 'It has no Message-Id, or a broken one.' }
  if (mail.subject === undefined) return { kind: 'rejected', reason: 'It has no Subject.' }
  if (mail.hints.isIgnored) return { kind: 'ignored', reason: 'X-Patchwork-Hint says so.' }
  const project = await routeMail(db, mail, listId)
  if (!project) return { kind: 'ignored', reason: 'No project has its list.' }
  if (!mail.sender) return { kind: 'rejected', project: project.id, reason: 'It has no sender in From.' }
  if (!mail.diff && !mail.content) return { kind: 'ignored', project: project.id, reason: 'It has no text.' }
  const received = toTime(now)
  const author = authorOf(mail.sender, project.list_email)
  const subject = parseSubject(mail.subject, [project.link_name])
  const date = believable(mail.date, arrived) ?? toTime(arrived)
  return await store(db, { mail, messageId: mail.messageId, subject, author, project, date, received })
}

/** How far the clocks of senders may be ahead of ours, in milliseconds. */
const MAX_AHEAD_MS = 3_600_000

/** A date that was in the future when the mail came is none: the mail would stand before all others until then. */
function believable(date: Time | undefined, arrived: Date): Time | undefined {
  return date !== undefined && date > toTime(new Date(arrived.getTime() + MAX_AHEAD_MS)) ? undefined : date
}

/** A patch has a diff or asks to pull; a cover is a `0/n` that is no reply; the rest are comments. */
function store(db: Database, incoming: Incoming): Promise<Outcome> {
  const { mail, subject } = incoming
  return transaction(db, async (db) => {
    if (!mail.isReply && (mail.diff || mail.pullUrl) && !(await isTalk(db, incoming)))
      return await takePatch(db, incoming)
    const cover = !mail.isReply && subject.marker?.number === 0 ? await takeCover(db, incoming) : undefined
    return cover ?? (await takeComment(db, incoming))
  })
}

/** An answer that quotes what we have and brings a file along is talk about that; else its diff is what it is for. */
async function isTalk(db: Database, { mail, project }: Incoming): Promise<boolean> {
  return mail.isAnswerWithFile && (await findParent(db, project.id, mail.references)) !== undefined
}
