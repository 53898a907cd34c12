import type { Database } from '../db/schema.js'
import { hasMail } from '../domain/mails/known-mails.js'
import { insertMailHash } from '../domain/patches/hashes.js'
import { insertPatch } from '../domain/patches/submission.js'
import { upsertPerson } from '../domain/people/updates.js'
import { findStateOfNew } from '../domain/states/queries.js'
import { reviewSeries, touchSeries } from '../domain/topics/link.js'
import { patchDigestsOf } from '../mail/digests.js'
import { applyConsequences } from './consequences.js'
import { findDelegate } from './delegate.js'
import { addChangeId, addDependencies } from './dependencies.js'
import { awaitedBy } from './kind.js'
import { duplicate, type Incoming, type Outcome } from './outcome.js'
import { findPlace, findPlaceAmong, incomingSeriesMail, type Placement } from './placement.js'
import { addMentions, mayChangeTopic } from './topics.js'
import { addPatchTrailers } from './trailers.js'

/** Stores a patch or a pull request, puts it into its series, and delegates it. */
export async function ingestPatch(db: Database, incoming: Incoming): Promise<Outcome> {
  const { mail, messageId, subject, author, project, date, received } = incoming
  if (await hasMail(db, project.id, 'patch', messageId)) return duplicate(incoming)
  const submitter = await upsertPerson(db, author, incoming)
  const place = await findPatchPlace(db, incoming, submitter)
  const digests = patchDigestsOf(mail, date)
  const patch = {
    project_id: project.id,
    msgid: messageId,
    date,
    received,
    name: subject.name,
    submitter_id: submitter,
    headers: mail.headers,
    content: mail.content,
    diff: mail.diff ?? null,
    above_diff: mail.aboveDiff ?? null,
    diff_bytes: mail.diffBytes ?? null,
    hash: digests.hash ?? null,
    pull_url: mail.pullUrl ?? null,
    state_id: (await findStateOfNew(db, mail.hints.state)).id,
    delegate_id: (await findDelegate(db, project.id, mail)) ?? null,
  }
  const id = await insertPatch(db, patch, place)
  await insertMailHash(db, id, digests.posted)
  await applyConsequences(db, place.consequences, id, received)
  await addPatchTrailers(db, id, place, digests.trailers)
  await addChangeId(db, place.series, mail)
  await addDependencies(db, place.series, { kind: 'patch', id }, mail)
  await addMentions(db, incoming, { kind: 'patch', id })
  if (mayChangeTopic(incoming, place)) touchSeries(db, place.series.id)
  else reviewSeries(db, place.series.id)
  const awaits = awaitedBy(incoming, 'patch')
  return {
    kind: 'patch',
    id,
    project: project.id,
    problems: mail.problems,
    ...(awaits.length > 0 && { awaits }),
  }
}

/** The place of a patch, or of a pull request. */
async function findPatchPlace(db: Database, incoming: Incoming, submitter: number): Promise<Placement> {
  const { mail, subject } = incoming
  const kind = mail.pullUrl === undefined ? 'patch' : 'pull'
  // A pull request as `[PATCH 0/n]` only leads to its patches' series; a `[GIT PULL 0/n]` is part of it.
  const isBeside =
    kind === 'pull' && subject.marker?.number === 0 && !subject.prefixes.some((word) => /pull/i.test(word))
  const seriesMail = incomingSeriesMail(incoming, submitter, isBeside ? 'beside' : kind)
  return await (isBeside ? findPlaceAmong : findPlace)(db, incoming, seriesMail)
}
