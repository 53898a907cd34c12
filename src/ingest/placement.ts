import type { Database } from '../db/schema.js'
import type { PatchPlace } from '../domain/patches/submission.js'
import {
  awaitedName,
  type Candidate,
  listByMarkers,
  listByReferences,
  MAX_CANDIDATES,
  type ReferenceCandidate,
} from '../domain/series/candidates.js'
import { addReferences, updateSeries } from '../domain/series/members.js'
import { insertSeries, listNumbers, type Series } from '../domain/series/series.js'
import { timeAtList } from '../mail/received.js'
import { isLeading, type SeriesMail, toSeriesMail } from './arrangement.js'
import { beginsWithLeader, isEarlier, toEarliest } from './earliest.js'
import type { Incoming } from './outcome.js'
import { type Consequences, NO_CONSEQUENCES, rearrange } from './rearrange.js'
import { timeWindow } from './series.js'

/** Where a mail stands, and what else its coming changed. */
export interface Placement extends PatchPlace {
  consequences: Consequences
}

/** What could be the mail's series. */
export interface Candidates {
  referenced: ReferenceCandidate[]
  marked: Candidate[]
}

/** What of a mail that comes decides on its series. */
export function incomingSeriesMail(
  { mail, messageId, subject, date, project }: Incoming,
  submitter: number,
  kind: SeriesMail['kind'],
): SeriesMail {
  const { references, headers } = mail
  const reached = timeAtList(headers, project.list_email) ?? date
  return toSeriesMail({ msgid: messageId, date, reached, submitter, references, kind }, subject)
}

/**
 * Finds the series of a mail, or begins it. Mostly one look is enough: one series fits, or none could. Else the
 * mails that are concerned are put into series anew, as if they had come in order.
 */
export async function findPlace(db: Database, incoming: Incoming, mail: SeriesMail): Promise<Placement> {
  if (mail.kind === 'patch' && !mail.marker) return await begin(db, incoming, mail, [])
  const candidates = await findCandidates(db, incoming, mail)
  const decided = decide(mail, candidates)
  if (decided === 'begin') return await begin(db, incoming, mail, candidates.referenced)
  if (decided !== 'unclear') return await join(db, decided, mail, candidates.referenced)
  const place = await rearrange(db, incoming, mail, [...candidates.referenced, ...candidates.marked])
  return place ?? (await fallBack(db, incoming, mail, candidates))
}

/** Where a mail stands that leads the way to a series and is not in it. */
export async function findPlaceAmong(db: Database, incoming: Incoming, mail: SeriesMail): Promise<Placement> {
  const [known] = await listByReferences(db, incoming.project.id, [mail.msgid], 0)
  const place = known
    ? {
        series: await beginEarlier(db, known, mail),
        isNew: false,
        number: null,
        others: [],
        consequences: NO_CONSEQUENCES,
      }
    : await begin(db, incoming, { ...mail, name: '' }, [])
  return { ...place, isBeside: true }
}

async function findCandidates(
  db: Database,
  { project, date }: Incoming,
  mail: SeriesMail,
): Promise<Candidates> {
  const { marker, msgid, references, submitter, version } = mail
  const { number, total } = marker ?? { number: 0, total: 0 }
  // What a cover or a pull request answers is something else, often the version before.
  const isPatch = mail.kind !== 'cover' && !isLeading(mail)
  const msgids = [msgid, awaitedName(msgid), ...(isPatch ? references : [])]
  const referenced = await listByReferences(db, project.id, msgids, number)
  const isFound = isPatch
    ? !isAnswered(mail, referenced) && referenced.some((series) => isExact(series, mail) && !series.isTaken)
    : isLeading(mail)
  if (isFound || !marker) return { referenced, marked: [] }
  const window = timeWindow(date)
  const markers = { project: project.id, submitter, version, total, number, date, ...window }
  return { referenced, marked: await listByMarkers(db, markers) }
}

/** Whether mails came before it that answer it: they may have to move, and others with them. */
function isAnswered(mail: SeriesMail, referenced: readonly ReferenceCandidate[]): boolean {
  return referenced.some(({ msgid }) => msgid === mail.msgid || msgid === awaitedName(mail.msgid))
}

function isExact(series: Series, { version, marker }: SeriesMail): boolean {
  return series.version === version && series.total === marker?.total
}

/** The series that a mail goes to where that is certain: one, or a new one. */
function decide(mail: SeriesMail, { referenced, marked }: Candidates): Candidate | 'begin' | 'unclear' {
  if (isAnswered(mail, referenced)) return 'unclear'
  const unique = [...new Map(referenced.map((series) => [series.id, series])).values()]
  if (mail.kind === 'cover') return decideCover(mail, unique, marked)
  if (isLeading(mail)) return unique.length === 0 ? 'begin' : 'unclear'
  const exact = unique.filter((series) => isExact(series, mail))
  const [first] = exact
  if (first) return exact.length === 1 && !first.isTaken && !first.hasReplaced ? first : 'unclear'
  const { from, to } = timeWindow(mail.date)
  const mayFit = ({ version, date }: Candidate) => version === mail.version || (date >= from && date <= to)
  if (unique.some(mayFit)) return 'unclear'
  const [only, ...others] = marked
  if (!only) return 'begin'
  const isCertain = others.length === 0 && !only.isTaken && !only.isPull && only.date <= mail.date
  return isCertain && unique.length === 0 ? only : 'unclear'
}

/** Whether a cover stands where a series begins: one that comes later may belong to another. */
function isLed({ cover_id, earliest }: Candidate): boolean {
  return cover_id !== null && (earliest === null || beginsWithLeader(earliest))
}

function decideCover(
  { version, marker }: SeriesMail,
  unique: readonly Candidate[],
  marked: readonly Candidate[],
): Candidate | 'begin' | 'unclear' {
  const [only] = unique
  if (!only) return marked.some((series) => series.hasPatches && !isLed(series)) ? 'unclear' : 'begin'
  const fits = only.version === version && only.total === marker?.total
  return unique.length === 1 && fits && only.cover_id === null && !only.isPull ? only : 'unclear'
}

async function join(
  db: Database,
  series: Series,
  mail: SeriesMail,
  referenced: readonly ReferenceCandidate[],
): Promise<Placement> {
  const number = mail.marker?.number || null
  const others = await listNumbers(db, series.id)
  const known = new Set(referenced.map(({ msgid }) => msgid))
  const nearest = mail.references.findIndex((msgid) => known.has(msgid))
  // What it answers more closely may still come, and show that it belongs elsewhere.
  const closer = isLeading(mail) ? [] : nearest < 0 ? mail.references : mail.references.slice(0, nearest)
  await addReferences(db, series, [mail.msgid, ...closer.map(awaitedName)])
  const placed = await beginEarlier(db, series, mail)
  return { series: placed, isNew: false, number, others, consequences: NO_CONSEQUENCES }
}

/** A series has the date and the submitter of the earliest of its mails, whichever came first. */
async function beginEarlier(db: Database, series: Series, mail: SeriesMail): Promise<Series> {
  if (!isEarlier(mail, series)) return series
  const change = { earliest: toEarliest(mail), date: mail.date, submitter_id: mail.submitter }
  await updateSeries(db, series.id, change)
  return { ...series, ...change }
}

/** Begins a series. A patch that comes before those it answers leads the way to its series for them. */
async function begin(
  db: Database,
  { project, received }: Incoming,
  mail: SeriesMail,
  known: readonly ReferenceCandidate[],
): Promise<Placement> {
  const { marker, name, version, date, submitter } = mail
  const number = marker ? marker.number || null : mail.kind === 'cover' ? null : 1
  const isNamed = number === 1 || isLeading(mail)
  const begun = {
    project_id: project.id,
    date,
    received,
    submitter_id: submitter,
    version,
    total: marker?.total ?? (mail.kind === 'cover' ? 0 : 1),
    name: isNamed && name ? name : null,
    earliest: toEarliest(mail),
  }
  const isAlone = mail.kind === 'patch' && !marker
  const leading = isAlone ? [] : number === null || !marker ? [mail.msgid] : [mail.msgid, ...mail.references]
  const counts = Map.groupBy(known, ({ msgid }) => msgid)
  const series = await insertSeries(
    db,
    begun,
    leading.filter((msgid) => (counts.get(msgid)?.length ?? 0) < MAX_CANDIDATES),
  )
  return { series, isNew: true, number, others: [], consequences: NO_CONSEQUENCES }
}

/** For threads too large to arrange: the first series with a free place. */
async function fallBack(
  db: Database,
  incoming: Incoming,
  mail: SeriesMail,
  { referenced, marked }: Candidates,
): Promise<Placement> {
  const room = [...referenced, ...marked].find(
    (series) =>
      isExact(series, mail) && !series.isTaken && (mail.kind !== 'cover' || series.cover_id === null),
  )
  return room ? await join(db, room, mail, referenced) : await begin(db, incoming, mail, referenced)
}
