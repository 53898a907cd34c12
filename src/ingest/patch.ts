import type { Database } from '../db/schema.js'
import { hashDiff } from '../mail/diff.js'
import { countTags } from '../mail/trailers.js'
import { upsertPerson } from '../store/person.js'
import {
  insertSeries,
  listNumbers,
  listSeriesByMarkers,
  listSeriesByReference,
  type Numbered,
  type Series,
} from '../store/series.js'
import { findStates, listStates } from '../store/state.js'
import { findPatchId, insertPatch, type PatchPlace } from '../store/submission.js'
import { addTagCounts, listTags } from '../store/tag.js'
import { findDelegate } from './delegate.js'
import { addDependencies } from './dependencies.js'
import { duplicate, type Incoming, type Outcome } from './outcome.js'
import { timeWindow } from './series.js'

/** Stores a patch or a pull request, puts it into its series, and delegates it. */
export async function takePatch(db: Database, incoming: Incoming): Promise<Outcome> {
  const { mail, messageId, subject, author, project, date, received } = incoming
  if ((await findPatchId(db, project.id, messageId)) !== undefined) return duplicate(incoming)
  const submitter = await upsertPerson(db, author)
  const place = await findPlace(db, incoming, submitter)
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
    hash: mail.diff ? hashDiff(mail.diff) : null,
    pull_url: mail.pullUrl ?? null,
    state_id: await findState(db, mail.hints.state),
    delegate_id: (await findDelegate(db, project.id, mail)) ?? null,
  }
  const id = await insertPatch(db, patch, place)
  if (project.use_tags) await addTagCounts(db, id, countTags(mail.content, await listTags(db)))
  await addDependencies(db, place.series, mail)
  return { kind: 'patch', id, project: project.id, problems: mail.problems }
}

async function findState(db: Database, wanted: string | undefined): Promise<number> {
  const lower = wanted?.toLowerCase()
  const [named] = lower === undefined ? [] : await findStates(db, ({ name }) => name.toLowerCase() === lower)
  const state = named ?? (await listStates(db))[0]
  if (!state) throw new Error('The database has no states.')
  return state.id
}

/** A patch that stands alone is a series of its own; a marked one begins a series where none has its place free. */
async function findPlace(db: Database, incoming: Incoming, submitter: number): Promise<PatchPlace> {
  const { subject, project, date, received, mail, messageId } = incoming
  const marker = subject.marker?.total ? subject.marker : undefined
  const { number, total } = marker ?? { number: 1, total: 1 }
  // The nearest first: its own id, then what it answers.
  const msgids = [messageId, ...mail.references]
  const known = await listSeriesByReference(db, project.id, msgids)
  const nearest = known.get(msgids.find((msgid) => known.has(msgid)) ?? '')
  const place = number > 0 ? number : null
  if (marker) {
    const candidates = nearest ? [nearest] : await listByMarkers(db, incoming, submitter, total)
    const found = await withPlaceFree(db, candidates, number)
    if (found) return { ...found, isNew: false, number: place }
  }
  const begun = {
    project_id: project.id,
    date,
    received,
    submitter_id: submitter,
    version: subject.version,
    total,
    name: number === 1 ? subject.name : null,
  }
  // A patch that comes before those it answers leads the way to its series for them.
  const leading = [...mail.references, messageId].filter((msgid) => !known.has(msgid))
  return { series: await insertSeries(db, begun, leading), isNew: true, number: place, others: [] }
}

/** The series that a mail without references may belong to: of one sender, version, length and time. */
function listByMarkers(
  db: Database,
  { project, subject, date }: Incoming,
  submitter: number,
  total: number,
): Promise<Series[]> {
  const { version } = subject
  return listSeriesByMarkers(db, { project: project.id, submitter, version, total, ...timeWindow(date) })
}

async function withPlaceFree(
  db: Database,
  candidates: readonly Series[],
  place: number,
): Promise<{ series: Series; others: Numbered[] } | undefined> {
  for (const series of candidates) {
    const others = await listNumbers(db, series.id)
    if (others.every(({ number }) => number !== place)) return { series, others }
  }
  return undefined
}
