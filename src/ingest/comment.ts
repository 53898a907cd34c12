import type { Database } from '../db/schema.js'
import { hasComment } from '../domain/comments/queries.js'
import { insertComment } from '../domain/comments/updates.js'
import { upsertPerson } from '../domain/people/updates.js'
import { listTags } from '../domain/tags/queries.js'
import { addTagCounts } from '../domain/tags/updates.js'
import { countTags } from '../mail/trailers.js'
import { MAX_AWAITED } from './kind.js'
import { duplicate, type Incoming, type Outcome } from './outcome.js'
import { findParent } from './parent.js'
import { touchAwaiting } from './topics.js'

/** Stores a comment with its parent, and counts its tags. */
export async function ingestComment(db: Database, incoming: Incoming): Promise<Outcome> {
  const { mail, messageId, author, project, date, received } = incoming
  const { parent, unknown } = await findParent(db, project.id, mail.references)
  // Also await the nearest reference, even if it is known: its own parent may change.
  const awaits = [...new Set([...mail.references.slice(0, 1), ...unknown])].slice(0, MAX_AWAITED)
  if (!parent) {
    const reason = 'It answers no patch and no cover that we have.'
    return { kind: 'ignored', project: project.id, reason, awaits }
  }
  if (await hasComment(db, parent, messageId)) return duplicate(incoming)
  const submitter = await upsertPerson(db, author)
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
  if (parent.kind === 'patch' && project.use_tags)
    await addTagCounts(db, parent.id, countTags(mail.content, await listTags(db)))
  return { kind: 'comment', id, project: project.id, parent, problems: mail.problems, awaits }
}
