import type { Database } from '../db/schema.js'
import type { PatchPlace } from '../domain/patches/submission.js'
import {
  awaitedName,
  type Candidate,
  listByMarkers,
  listByReferences,
  MAX_CANDIDATES,
  type MarkedCandidate,
  markersName,
  type ReferenceCandidate,
} from '../domain/series/candidates.js'
import { addReferences, updateSeries } from '../domain/series/members.js'
import { listNumbers, type Series } from '../domain/series/queries.js'
import { insertSeries } from '../domain/series/updates.js'
import { timeAtList } from '../mail/received.js'
import { toSecond } from '../util/time.js'
import {
  beginsWithLeader,
  isEarlier,
  makesFirstLate,
  mayMoveOthers,
  reachedWith,
  toEarliest,
} from './earliest.js'
import type { Incoming } from './outcome.js'
import { rearrange } from './rearrange.js'
import { type Consequences, NO_CONSEQUENCES } from './replaced-patches.js'
import { isLeading, referencesElsewhere, type SeriesMail, toSeriesMail } from './series-mail.js'
import { timeWindow } from './time-window.js'

/** The place of a mail, and the consequences of its arrival. */
export interface Placement extends PatchPlace {
  consequences: Consequences
}

/** The series that a mail may belong to. */
export interface Candidates {
  referenced: ReferenceCandidate[]
  marked: MarkedCandidate[]
  /** Those with answers to what the mail answers: if the mail begins a series, they may belong to it. */
  waiting: ReferenceCandidate[]
}

/** The fields of a new mail that determine its series. */
export function incomingSeriesMail(
  { mail, messageId, subject, date, project, author }: Incoming,
  submitter: number,
  kind: SeriesMail['kind'],
): SeriesMail {
  const { references, headers } = mail
  const reached = timeAtList(headers, project.list_email) ?? date
  const senderName = author.name ?? ''
  return toSeriesMail({ msgid: messageId, date, reached, submitter, senderName, references, kind }, subject)
}

/**
 * Finds the series of a mail, or begins it. Usually one lookup is enough: exactly one series fits, or none. Else the
 * mails of all candidates are rearranged, as if they had arrived in order.
 */
export async function findPlace(db: Database, incoming: Incoming, mail: SeriesMail): Promise<Placement> {
  if (mail.kind === 'patch' && !mail.marker) return await begin(db, incoming, mail, [])
  const candidates = await findCandidates(db, incoming, mail)
  const decided = decide(mail, candidates)
  const { referenced, marked, waiting } = candidates
  if (decided === 'begin') return await begin(db, incoming, mail, referenced)
  if (decided !== 'unclear') return await join(db, decided, mail, referenced)
  const place = await rearrange(db, incoming, mail, [...referenced, ...marked, ...waiting])
  return place ?? (await fallBack(db, incoming, mail, candidates))
}

/** The place of a mail that leads to a series without being part of it. */
export async function findPlaceAmong(db: Database, incoming: Incoming, mail: SeriesMail): Promise<Placement> {
  const { referenced, marked } = await findCandidates(db, incoming, mail)
  const near = [...referenced, ...marked.filter(mayLosePatch)]
  const arranged = near.length > 0 ? await rearrange(db, incoming, mail, near) : undefined
  return { ...(arranged ?? (await begin(db, incoming, mail, referenced))), isBeside: true }
}

async function findCandidates(
  db: Database,
  { project, date }: Incoming,
  mail: SeriesMail,
): Promise<Candidates> {
  const { marker, msgid, references, submitter, version } = mail
  const { number, total } = marker ?? { number: 0, total: 0 }
  const named = marker ? [markersName(submitter, version, total)] : []
  // A cover or a pull request answers another series, often the previous version.
  const isPatch = mail.kind === 'patch' || (mail.kind === 'pull' && !isLeading(mail))
  const answered = isPatch ? references : []
  const awaited = new Set(answered.map(awaitedName))
  const msgids = [msgid, awaitedName(msgid), ...named, ...answered, ...awaited]
  const found = await listByReferences(db, project.id, msgids, { number, date })
  const waiting = found.filter((each) => awaited.has(each.msgid))
  const referenced = found.filter((each) => !awaited.has(each.msgid))
  const isFound =
    isPatch &&
    !isAnswered(mail, referenced) &&
    referenced.some(
      (series) => isExact(series, mail) && !series.isTaken && !series.isLater && !mayMoveOthers(mail, series),
    )
  if (isFound || !marker) return { referenced, marked: [], waiting }
  const window = timeWindow(date)
  const markers = { project: project.id, submitter, version, total, number, date, ...window }
  return { referenced, marked: await listByMarkers(db, markers), waiting }
}

/** Whether answers to it arrived earlier: they and other mails may have to move. */
function isAnswered(mail: SeriesMail, referenced: readonly ReferenceCandidate[]): boolean {
  return referenced.some(({ msgid }) => msgid === mail.msgid || msgid === awaitedName(mail.msgid))
}

function isExact(series: Series, { version, marker }: SeriesMail): boolean {
  return series.version === version && series.total === marker?.total
}

/** The series of a mail if it is certain: an existing or a new one. */
function decide(
  mail: SeriesMail,
  { referenced, marked, waiting }: Candidates,
): Candidate | 'begin' | 'unclear' {
  if (isAnswered(mail, referenced)) return 'unclear'
  const unique = [...new Map(referenced.map((series) => [series.id, series])).values()]
  if (mail.kind === 'cover') return decideCover(mail, unique, marked)
  if (isLeading(mail)) return unique.length === 0 && !marked.some(mayLosePatch) ? 'begin' : 'unclear'
  const exact = unique.filter((series) => isExact(series, mail))
  const [first] = exact
  if (first) {
    return exact.length === 1 && isCertain(first, mail) ? first : 'unclear'
  }
  const { from, to } = timeWindow(mail.date)
  const mayFit = ({ version, date }: Candidate) => version === mail.version || (date >= from && date <= to)
  if (unique.some(mayFit)) return 'unclear'
  const [only, ...others] = marked
  if (!only) return waiting.length > 0 ? 'unclear' : 'begin'
  const isOnly = others.length === 0 && unique.length === 0
  const isCertainOf = !only.isTaken && !only.isPull && !only.hasLater && !mayMoveOthers(mail, only)
  return isOnly && isCertainOf ? only : 'unclear'
}

/** Whether a patch belongs to a series that it answers, and moves no other mail. */
function isCertain(series: ReferenceCandidate, mail: SeriesMail): boolean {
  const { isTaken, hasReplaced, isPull, isLater, cover_id } = series
  // A cover that came last belongs to patches without a thread only.
  const mayLoseCover = cover_id !== null && !isLed(series)
  return !isTaken && !hasReplaced && !isPull && !mayLoseCover && !isLater && !mayMoveOthers(mail, series)
}

/** Whether a series begins with a cover or a pull request: a later cover may belong to another series. */
function isLed({ cover_id, earliest }: Candidate): boolean {
  return cover_id !== null && (earliest === null || beginsWithLeader(earliest))
}

/**
 * Whether a cover or a pull request that arrives later may lead patches of a series: all of one without a cover, and of
 * others those that came without a thread and are nearer to it.
 */
function mayLosePatch({ hasPatches }: Candidate): boolean {
  return hasPatches === 1
}

function decideCover(
  mail: SeriesMail,
  unique: readonly Candidate[],
  marked: readonly Candidate[],
): Candidate | 'begin' | 'unclear' {
  const [only] = unique
  if (!only) return marked.some(mayLosePatch) ? 'unclear' : 'begin'
  const isFree = only.cover_id === null && !only.isPull
  return unique.length === 1 && isExact(only, mail) && isFree && !makesFirstLate(mail, only)
    ? only
    : 'unclear'
}

async function join(
  db: Database,
  series: Series,
  mail: SeriesMail,
  referenced: readonly ReferenceCandidate[],
): Promise<Placement> {
  const number = mail.marker?.number || null
  const others = await listNumbers(db, series.id)
  const known = new Set(referenced.flatMap(({ id, msgid }) => (id === series.id ? msgid : [])))
  await addReferences(db, series, [mail.msgid, ...referencesElsewhere(mail, known).map(awaitedName)])
  const placed = await recordEarliest(db, series, mail)
  return { series: placed, isNew: false, number, others, consequences: NO_CONSEQUENCES }
}

/** Records the earliest mail of a series. The date of the series stays that of the mail that came first. */
async function recordEarliest(db: Database, series: Series, mail: SeriesMail): Promise<Series> {
  const reached = reachedWith(mail, series)
  const { submitter, senderName } = mail
  const first = isEarlier(mail, series)
    ? { earliest: toEarliest(mail), submitter_id: submitter, sender_name: senderName }
    : {}
  const change = { ...first, ...(reached === series.reached ? {} : { reached }) }
  if (Object.keys(change).length === 0) return series
  await updateSeries(db, series.id, change)
  return { ...series, ...change }
}

/** Begins a series. A patch that arrives before the mails that it answers leads them to its series. */
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
    reached: toSecond(mail.reached),
    sender_name: mail.senderName,
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
