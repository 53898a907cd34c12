import type { Database } from '../db/schema.js'
import { readSubmission } from '../domain/comments/queries.js'
import { hasEarlierCoverNamed } from '../domain/patches/submission.js'
import { parseSubject } from '../mail/subject.js'
import type { Incoming } from './outcome.js'
import { findParent } from './parent.js'

/** The kind of a mail, from its content and the stored mails; decided again when related mails arrive. */

export type Kind = 'patch' | 'cover' | 'comment'

export interface Decision {
  kind: Kind
  /** The mail, parsed as its kind. */
  incoming: Incoming
}

/** A cover is a `0/n`, with or without a diff; a patch has a diff or is a pull request; others are comments. */
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

/** Keys of awaited mails whose arrival would turn a patch or a cover into a comment. */
export function awaitedBy({ mail, subject }: Incoming, kind: 'patch' | 'cover'): string[] {
  if (kind === 'cover') return mail.references.length > 0 ? [coverName(subject.name)] : []
  return mail.isAnswerWithFile || mail.asPatch ? awaitedOf(mail.references) : []
}

/** Maximum number of references that a mail awaits. */
const MAX_AWAITED = 50

/** The references that a mail awaits: of too many, the nearest ones and the first mail of the thread, often the patch. */
export function awaitedOf(references: readonly string[]): string[] {
  if (references.length <= MAX_AWAITED) return [...references]
  return [...references.slice(0, MAX_AWAITED - 1), references.at(-1) as string]
}

/** The key of a cover by its name, in place of a message id; it never equals a message id. */
export function coverName(name: string): string {
  return `cover:${name}`
}

/** The keys under which other mails may await a cover; none for other mails. */
export function coverNames({ marker, name }: Incoming['subject']): string[] {
  return marker?.number === 0 ? [coverName(name)] : []
}

/** Whether a `0/n` is a comment on a cover: it is an answer, and an earlier cover has the same name. */
async function isTalkOfCover(
  db: Database,
  { mail, messageId, subject, project, date }: Incoming,
): Promise<boolean> {
  if (mail.references.length === 0) return false
  return await hasEarlierCoverNamed(db, { project: project.id, name: subject.name, date, msgid: messageId })
}

/** Whether an answer with an attached diff is a comment: it quotes a mail, and its parent is stored. */
async function isTalkWithFile(db: Database, { mail, project }: Incoming): Promise<boolean> {
  return mail.isAnswerWithFile && (await findParent(db, project.id, mail.references)).parent !== undefined
}

/** A reply as a patch, if the author of its parent sends a later version; else undefined. */
async function asRevision(db: Database, incoming: Incoming): Promise<Incoming | undefined> {
  const { mail, project, author, subject } = incoming
  if (!mail.isReply || !mail.asPatch) return undefined
  const { parent } = await findParent(db, project.id, mail.references)
  const answered = parent && (await readSubmission(db, parent))
  if (!answered || answered.email.toLowerCase() !== author.email.toLowerCase()) return undefined
  if (subject.version <= parseSubject(answered.name, []).version) return undefined
  return { ...incoming, mail: { ...mail, ...mail.asPatch, isReply: false } }
}
