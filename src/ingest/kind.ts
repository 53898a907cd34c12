import type { Database } from '../db/schema.js'
import { readSubmission } from '../domain/comments/comments.js'
import { hasEarlierCoverNamed } from '../domain/patches/submission.js'
import { parseSubject } from '../mail/subject.js'
import type { Incoming } from './outcome.js'
import { findParent } from './parent.js'

/** What a mail is, by itself and by the mails that are there; asked again when others come. */

export type Kind = 'patch' | 'cover' | 'comment'

export interface Decision {
  kind: Kind
  /** The mail read as what it is. */
  incoming: Incoming
}

/** A cover is a `0/n`, whatever diff it shows; a patch has a diff or asks to pull; the rest are comments. */
export async function decideKind(db: Database, incoming: Incoming): Promise<Decision> {
  const { mail, subject } = incoming
  const revision = await asRevision(db, incoming)
  if (revision) return { kind: 'patch', incoming: revision }
  if (mail.isReply) return { kind: 'comment', incoming }
  const isPull = mail.pullUrl !== undefined
  if (subject.marker?.number === 0 && !isPull)
    return { kind: (await isTalkOfCover(db, incoming)) ? 'comment' : 'cover', incoming }
  const isPatch = mail.diff !== undefined || isPull
  return { kind: isPatch && !(await isTalkWithFile(db, incoming)) ? 'patch' : 'comment', incoming }
}

/** Names of mails that show a patch or a cover to be a comment, should they come. */
export function awaitedBy({ mail, subject }: Incoming, kind: 'patch' | 'cover'): string[] {
  if (kind === 'cover') return mail.references.length > 0 ? [coverName(subject.name)] : []
  return mail.isAnswerWithFile || mail.asPatch ? mail.references.slice(0, MAX_AWAITED) : []
}

/** References of one mail that it waits for. */
export const MAX_AWAITED = 50

/** The name of a cover in the place of a message id; none of these looks like it. */
export function coverName(name: string): string {
  return `cover:${name}`
}

/** The name under which others may wait for a mail if it is a cover. */
export function coverNames({ marker, name }: Incoming['subject']): string[] {
  return marker?.number === 0 ? [coverName(name)] : []
}

/** A `0/n` that answers something and has the name of a cover that was sent before it is talk about that one. */
async function isTalkOfCover(
  db: Database,
  { mail, messageId, subject, project, date }: Incoming,
): Promise<boolean> {
  if (mail.references.length === 0) return false
  return await hasEarlierCoverNamed(db, { project: project.id, name: subject.name, date, msgid: messageId })
}

/** An answer that quotes what we have and brings a file along is talk about that; else its diff is what it is for. */
async function isTalkWithFile(db: Database, { mail, project }: Incoming): Promise<boolean> {
  return mail.isAnswerWithFile && (await findParent(db, project.id, mail.references)).parent !== undefined
}

/** A reply in which the author of its parent sends the next version, as a patch. */
async function asRevision(db: Database, incoming: Incoming): Promise<Incoming | undefined> {
  const { mail, project, author, subject } = incoming
  if (!mail.isReply || !mail.asPatch) return undefined
  const { parent } = await findParent(db, project.id, mail.references)
  const answered = parent && (await readSubmission(db, parent))
  if (!answered || answered.email.toLowerCase() !== author.email.toLowerCase()) return undefined
  if (subject.version <= parseSubject(answered.name, []).version) return undefined
  return { ...incoming, mail: { ...mail, ...mail.asPatch, isReply: false } }
}
