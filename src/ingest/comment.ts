import type { Database } from '../db/schema.js'
import { countTags } from '../mail/trailers.js'
import { hasComment, insertComment } from '../store/comment.js'
import { upsertPerson } from '../store/person.js'
import { addTagCounts, listTags } from '../store/tag.js'
import { duplicate, type Incoming, type Outcome } from './outcome.js'
import { findParent } from './parent.js'

/** Stores a reply with what it answers, and counts the tags it gives. */
export async function takeComment(db: Database, incoming: Incoming): Promise<Outcome> {
  const { mail, messageId, author, project, date, received } = incoming
  const parent = await findParent(db, project.id, mail.references)
  if (!parent)
    return { kind: 'ignored', project: project.id, reason: 'It answers no patch and no cover that we have.' }
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
  if (parent.kind === 'patch' && project.use_tags)
    await addTagCounts(db, parent.id, countTags(mail.content, await listTags(db)))
  return { kind: 'comment', id, project: project.id, parent, problems: mail.problems }
}
