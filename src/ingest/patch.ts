import type { Database } from '../db/schema.js'
import { hashDiff } from '../mail/diff.js'
import { countTags } from '../mail/trailers.js'
import { upsertPerson } from '../store/person.js'
import {
  addPatch,
  insertReferences,
  insertSeries,
  listNumbers,
  listSeriesByMarkers,
  type Series,
} from '../store/series.js'
import { listStates } from '../store/state.js'
import { findPatchId, insertPatch } from '../store/submission.js'
import { addTagCounts, listTags } from '../store/tag.js'
import { findDelegate } from './delegate.js'
import { addDependencies } from './dependencies.js'
import { duplicate, type Incoming, type Outcome } from './outcome.js'
import { findByReferences, timeWindow } from './series.js'

/** Stores a patch or a pull request, puts it into its series, and delegates it. */
export async function takePatch(db: Database, incoming: Incoming): Promise<Outcome> {
  const { mail, messageId, subject, author, project, date, received } = incoming
  if ((await findPatchId(db, project.id, messageId)) !== undefined) return duplicate(incoming)
  const submitter = await upsertPerson(db, author)
  const id = await insertPatch(db, {
    project_id: project.id,
    msgid: messageId,
    date,
    received,
    name: subject.name,
    submitter_id: submitter,
    headers: mail.headers,
    content: mail.content,
    diff: mail.diff ?? null,
    hash: mail.diff ? hashDiff(mail.diff) : null,
    pull_url: mail.pullUrl ?? null,
    state_id: await findState(db, mail.hints.state),
    delegate_id: (await findDelegate(db, project.id, mail)) ?? null,
  })
  if (project.use_tags) await addTagCounts(db, id, countTags(mail.content, await listTags(db)))
  const series = await joinSeries(db, incoming, submitter, id)
  await addDependencies(db, series, mail)
  return { kind: 'patch', id, problems: mail.problems }
}

async function findState(db: Database, wanted: string | undefined): Promise<number> {
  const states = await listStates(db)
  const lower = wanted?.toLowerCase()
  const state = states.find(({ name }) => name.toLowerCase() === lower) ?? states[0]
  if (!state) throw new Error('The database has no states.')
  return state.id
}

/** A patch that stands alone is a series of its own; a marked one begins a series where none has its place free. */
async function joinSeries(db: Database, incoming: Incoming, submitter: number, id: number): Promise<Series> {
  const { subject, project, date, received, mail, messageId } = incoming
  const marker = subject.marker?.total ? subject.marker : { number: 1, total: 1 }
  const found = subject.marker?.total ? await findSeries(db, incoming, submitter, marker) : undefined
  const series =
    found?.series ??
    (await insertSeries(db, {
      project_id: project.id,
      date,
      received,
      submitter_id: submitter,
      version: subject.version,
      total: marker.total,
    }))
  // A patch that comes before those it answers leads the way to its series for them.
  if (!found) await insertReferences(db, series, [...mail.references, messageId])
  const patch = { id, number: marker.number, name: subject.name }
  if (marker.number > 0) await addPatch(db, series, patch, found?.others ?? [], received)
  return series
}

type Others = Awaited<ReturnType<typeof listNumbers>>

/** The series with this place still free that references lead to or, failing those, that the markers fit. */
async function findSeries(
  db: Database,
  incoming: Incoming,
  submitter: number,
  marker: { number: number; total: number },
): Promise<{ series: Series; others: Others } | undefined> {
  const referenced = await findByReferences(db, incoming)
  const candidates = referenced
    ? [referenced]
    : await listSeriesByMarkers(db, {
        project: incoming.project.id,
        submitter,
        version: incoming.subject.version,
        total: marker.total,
        ...timeWindow(incoming.date),
      })
  for (const series of candidates) {
    const others = await listNumbers(db, series.id)
    if (others.every(({ number }) => number !== marker.number)) return { series, others }
  }
  return undefined
}
