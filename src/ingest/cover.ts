import type { Database } from '../db/schema.js'
import { hasMail } from '../domain/mails/known-mails.js'
import { insertCover } from '../domain/patches/submission.js'
import { upsertPerson } from '../domain/people/updates.js'
import { touchSeries } from '../domain/topics/link.js'
import { applyConsequences } from './consequences.js'
import { addChangeId, addDependencies } from './dependencies.js'
import { awaitedBy, coverName } from './kind.js'
import { duplicate, type Incoming, type Outcome } from './outcome.js'
import { findPlace, incomingSeriesMail } from './placement.js'
import { addMentions } from './topics.js'

/** Stores a cover in the series of its patches, or begins one. */
export async function ingestCover(db: Database, incoming: Incoming): Promise<Outcome> {
  const { mail, messageId, subject, author, project, date, received } = incoming
  if (await hasMail(db, project.id, 'cover', messageId)) return duplicate(incoming)
  const submitter = await upsertPerson(db, author, incoming)
  const place = await findPlace(db, incoming, incomingSeriesMail(incoming, submitter, 'cover'))
  const { headers, content } = mail
  const common = { project_id: project.id, date, received, submitter_id: submitter }
  const cover = {
    ...common,
    msgid: messageId,
    name: subject.name,
    headers,
    content,
  }
  const id = await insertCover(db, cover, place)
  await applyConsequences(db, place.consequences, id, received)
  await addChangeId(db, place.series, mail)
  await addDependencies(db, place.series, { kind: 'cover', id }, mail)
  await addMentions(db, incoming, { kind: 'cover', id })
  touchSeries(db, place.series.id)
  const awaits = awaitedBy(incoming, 'cover')
  return {
    kind: 'cover',
    id,
    project: project.id,
    problems: mail.problems,
    awaits,
    coverName: coverName(subject.name),
  }
}
