import type { Database } from '../db/schema.js'
import { upsertPerson } from '../store/person.js'
import { insertSeries, listSeriesByReference } from '../store/series.js'
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
  const known = (await listSeriesByReference(db, project.id, [messageId])).get(messageId)
  const { version, marker, name } = subject
  const common = { project_id: project.id, date, received, submitter_id: submitter }
  const begun = { ...common, version, total: marker?.total ?? 0, name: null }
  const series = known ?? (await insertSeries(db, begun, [messageId]))
  const { headers, content } = mail
  const cover = { ...common, msgid: messageId, name, headers, content }
  const id = await insertCover(db, cover, { series, isNew: !known })
  await addDependencies(db, series, mail)
  return { kind: 'cover', id, project: project.id, problems: mail.problems }
}
