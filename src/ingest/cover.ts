import type { Database } from '../db/schema.js'
import { upsertPerson } from '../store/person.js'
import { addCover, findSeriesByReference, insertReferences, insertSeries } from '../store/series.js'
import { findCoverId, hasCoverNamed, insertCover } from '../store/submission.js'
import { addDependencies } from './dependencies.js'
import { duplicate, type Incoming, type Outcome } from './outcome.js'

/**
 * Stores a cover, with the series that its patches began or that it begins. Undefined if it is no cover: a
 * `0/n` that answers something and has the name of a cover that is there already is talk about that one.
 */
export async function takeCover(db: Database, incoming: Incoming): Promise<Outcome | undefined> {
  const { mail, messageId, subject, author, project, date, received } = incoming
  if ((await findCoverId(db, project.id, messageId)) !== undefined) return duplicate(incoming)
  if (mail.references.length > 0 && (await hasCoverNamed(db, project.id, subject.name))) return undefined
  const submitter = await upsertPerson(db, author)
  // Only its own id leads to its series: what it answers is something else, often the version before.
  const known = await findSeriesByReference(db, project.id, messageId)
  const series =
    known ??
    (await insertSeries(db, {
      project_id: project.id,
      date,
      received,
      submitter_id: submitter,
      version: subject.version,
      total: subject.marker?.total ?? 0,
    }))
  if (!known) await insertReferences(db, series, [messageId])
  const id = await insertCover(db, {
    project_id: project.id,
    msgid: messageId,
    date,
    received,
    name: subject.name,
    submitter_id: submitter,
    headers: mail.headers,
    content: mail.content,
  })
  await addCover(db, series, { id, name: subject.name })
  await addDependencies(db, series, mail)
  return { kind: 'cover', id, problems: mail.problems }
}
