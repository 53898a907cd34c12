import type { Database } from '../db/schema.js'
import { requestChecksByMail } from '../domain/checks/recheck.js'
import { answeredFrom, hasComment } from '../domain/comments/queries.js'
import { insertComment, sourceOf } from '../domain/comments/updates.js'
import { upsertPerson } from '../domain/people/updates.js'
import { insertTrailers } from '../domain/trailers/updates.js'
import { replyTrailersOf } from '../mail/digests.js'
import { recheckRequest } from '../mail/recheck-request.js'
import { awaitedOf } from './kind.js'
import { duplicate, type Incoming, type Outcome } from './outcome.js'
import { findParent } from './parent.js'
import { touchAwaiting } from './topics.js'
import { replyRows } from './trailers.js'

/** Stores a comment with its parent and its trailers. */
export async function ingestComment(db: Database, incoming: Incoming): Promise<Outcome> {
  const { mail, messageId, author, project, date, received } = incoming
  const { parent, unknown } = await findParent(db, project.id, mail.references)
  // Also await the nearest reference, even if it is known: its own parent may change.
  const awaits = awaitedOf([...new Set([...mail.references.slice(0, 1), ...unknown])])
  if (!parent) {
    const reason = 'It answers no patch and no cover that we have.'
    return { kind: 'ignored', project: project.id, reason, awaits }
  }
  if (await hasComment(db, parent, messageId)) return duplicate(incoming)
  const submitter = await upsertPerson(db, author, incoming)
  const id = await insertComment(db, parent, {
    project_id: project.id,
    msgid: messageId,
    date,
    received,
    submitter_id: submitter,
    headers: mail.headers,
    content: mail.content,
    addressed: mail.hints.isActionRequired ? false : null,
  })
  await touchAwaiting(db, project.id, messageId)
  await insertTrailers(db, sourceOf(parent, id), replyRows(replyTrailersOf(mail), author))
  const contexts = recheckRequest(mail.content)
  if (contexts) {
    const { email: address } = author
    const answered = answeredFrom(parent)
    await requestChecksByMail(db, { answered, submitter, address, date, received }, contexts)
  }
  return { kind: 'comment', id, project: project.id, parent, problems: mail.problems, awaits }
}
