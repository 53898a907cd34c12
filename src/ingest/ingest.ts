import { transaction } from '../db/transaction.js'
import type { Database, Time } from '../db/schema.js'
import { parseAuthor } from '../mail/address.js'
import { parseMail } from '../mail/parse.js'
import { parseSubject } from '../mail/subject.js'
import type { Author, ParsedMail, ParsedSubject } from '../mail/types.js'
import type { Project } from '../store/project.js'
import { toTime } from '../store/time.js'
import { takeComment } from './comment.js'
import { takeCover } from './cover.js'
import { takePatch } from './patch.js'
import { routeMail } from './route.js'

/** What became of a mail. */
export type Outcome =
  | { kind: 'patch' | 'cover' | 'comment'; id: number; problems: string[] }
  /** Nothing that we keep: mail to other lists, discussions without a patch, and the like. */
  | { kind: 'ignored'; reason: string }
  | { kind: 'duplicate'; reason: string }
  /** Broken so that it can never be taken. */
  | { kind: 'rejected'; reason: string }

/** A mail with all that was found out about it before anything is written. */
export interface Incoming {
  mail: ParsedMail
  messageId: string
  subject: ParsedSubject
  author: Author
  project: Project
  /** The sender's time if it can be believed, else ours. */
  date: Time
  received: Time
}

export interface IngestOptions {
  /** The list it came from, where whoever delivers it knows; else its headers say. */
  listId?: string | undefined
  now: Date
}

/**
 * Takes one mail: reads it, finds its project and stores it as a patch, a cover or a comment, all in one
 * transaction with the events it raises, or not at all. Throws only what the database throws, `Busy` among it.
 */
export async function ingest(
  db: Database,
  bytes: Uint8Array,
  { listId, now }: IngestOptions,
): Promise<Outcome> {
  const mail = parseMail(bytes)
  if (mail.messageId === undefined) return { kind: 'rejected', reason: 'It has no Message-Id.' }
  if (mail.subject === undefined) return { kind: 'rejected', reason: 'It has no Subject.' }
  if (mail.hints.isIgnored) return { kind: 'ignored', reason: 'X-Patchwork-Hint says so.' }
  const project = await routeMail(db, mail, listId)
  if (!project) return { kind: 'ignored', reason: 'No project has its list.' }
  const author = parseAuthor(mail.headers, project.list_email)
  if (!author) return { kind: 'rejected', reason: 'It has no sender in From.' }
  if (!mail.diff && !mail.content) return { kind: 'ignored', reason: 'It has no text.' }
  const received = toTime(now)
  const subject = parseSubject(mail.subject, [project.link_name])
  const date = mail.date ?? received
  return await store(db, { mail, messageId: mail.messageId, subject, author, project, date, received })
}

/** A patch has a diff or asks to pull; a cover is a `0/n` that is no reply; the rest are comments. */
function store(db: Database, incoming: Incoming): Promise<Outcome> {
  const { mail, subject } = incoming
  return transaction(db, async (db) => {
    if (!mail.isReply && (mail.diff || mail.pullUrl)) return await takePatch(db, incoming)
    const cover = !mail.isReply && subject.marker?.number === 0 ? await takeCover(db, incoming) : undefined
    return cover ?? (await takeComment(db, incoming))
  })
}

/** The outcome of a mail whose message id is there already. */
export function duplicate({ messageId, project }: Incoming): Outcome {
  return { kind: 'duplicate', reason: `${project.link_name} has ${messageId} already.` }
}
