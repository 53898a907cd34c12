import { sql } from 'kysely'
import { prepare, prepareForTexts } from '../../db/prepared.js'
import type { Database, Time } from '../../db/schema.js'
import type { Series } from './queries.js'
/** The series that a mail may belong to; only a limited number is read. */

/** Maximum number of series for one message id, or for one set of markers within a time window. */
export const MAX_CANDIDATES = 20

/**
 * The reference key of a series for an awaited message id: one of its mails answers that id, but was placed by its
 * markers. The key leads only the mail with that id to the series, which may show that the answer is misplaced.
 */
export function awaitedName(msgid: string): string {
  return `awaited:${msgid}`
}

/**
 * The reference key of a series that contains a patch of another version or length, for lack of a better one. It leads
 * mails with these markers to the patch, which may belong to them.
 */
export function markersName(submitter: number, version: number, total: number): string {
  return `markers:${submitter}:${version}:${total}`
}

export interface Candidate extends Series {
  /** Whether the requested place is taken. */
  isTaken: number
  hasPatches: number
  /** Whether it contains a pull request that its patches may answer. */
  isPull: number
  /** Whether a patch in it was replaced by another one. */
  hasReplaced: number
}

export interface ReferenceCandidate extends Candidate {
  msgid: string
  /** Whether that is a patch with a later date than the mail. */
  isLater: number
}

/** The selected values of candidates besides their own columns. */
function facts(number: unknown) {
  return [
    sql<number>`(case when exists (select 1 from patches as p where p.series_id = series.id and p.number = ${number})
      then 1 else 0 end)`.as('isTaken'),
    sql<number>`(case when exists (select 1 from patches as p where p.series_id = series.id)
      then 1 else 0 end)`.as('hasPatches'),
    sql<number>`(case when exists (select 1 from patches as p where p.series_id = series.id
      and p.pull_url is not null and (p.number is null or series.total = 1)) then 1 else 0 end)`.as('isPull'),
    sql<number>`(case when exists (select 1 from patches as p where p.series_id = series.id
      and p.number is null and p.pull_url is null) then 1 else 0 end)`.as('hasReplaced'),
  ] as const
}

/** The place of a mail that is looked for in series, and its date. */
interface Wanted {
  number: number
  date: Time
}

/** No mail: each place is free, and none is later. */
const NO_MAIL: Wanted = { number: 0, date: '9999' }

const byReferences = prepareForTexts<Wanted & { project: number; limit: number }, ReferenceCandidate>(
  (db, { project, number, date, limit }, msgids) =>
    db
      .selectFrom('series_references')
      .innerJoin('series', 'series.id', 'series_references.series_id')
      .selectAll('series')
      .select('series_references.msgid')
      .select(facts(number))
      .select(
        sql<number>`(case when exists (select 1 from patches as p where p.msgid = series_references.msgid
          and p.project_id = series.project_id and p.date > ${date}) then 1 else 0 end)`.as('isLater'),
      )
      .where('series_references.msgid', 'in', msgids)
      .where('series_references.project_id', '=', project)
      .limit(limit),
)

/** The series that some message ids lead to, and what a mail would find there. */
export async function listByReferences(
  db: Database,
  project: number,
  msgids: readonly string[],
  mail: Wanted = NO_MAIL,
): Promise<ReferenceCandidate[]> {
  const limit = MAX_CANDIDATES * Math.max(1, msgids.length)
  return await byReferences(db, { project, ...mail, limit }, msgids)
}

export interface Markers {
  project: number
  submitter: number
  version: number
  total: number
  number: number
  date: Time
  from: Time
  to: Time
}

/** A series that markers lead to. */
export interface MarkedCandidate extends Candidate {
  /** Whether it contains a patch that comes after the mail in the order of dates. */
  hasLater: number
}

const byMarkers = prepare<Markers & { limit: number }, MarkedCandidate>((db, markers) => {
  const { project, submitter, version, total, number, date, from, to, limit } = markers
  const marked = db
    .selectFrom('series')
    .select('id')
    .where('submitter_id', '=', submitter)
    .where('project_id', '=', project)
    .where('version', '=', version)
    .where('total', '=', total)
  const before = marked
    .where('date', '>=', from)
    .where('date', '<=', date)
    .orderBy('date', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
  const after = marked
    .where('date', '>', date)
    .where('date', '<=', to)
    .orderBy('date')
    .orderBy('id')
    .limit(limit)
  return db
    .selectFrom('series')
    .selectAll('series')
    .select(facts(number))
    .select(
      sql<number>`(case when exists (select 1 from patches as p where p.series_id = series.id
        and (p.date > ${date} or (p.date = ${date} and p.number > ${number}))) then 1 else 0 end)`.as(
        'hasLater',
      ),
    )
    .where((eb) =>
      eb.or([
        eb('series.id', 'in', db.selectFrom(before.as('earlier')).select('earlier.id')),
        eb('series.id', 'in', db.selectFrom(after.as('later')).select('later.id')),
      ]),
    )
    .orderBy('date', 'desc')
    .orderBy('id', 'desc')
})

/** The series of one sender, version and length that are nearest to a time, within a time window. */
export async function listByMarkers(db: Database, markers: Markers): Promise<MarkedCandidate[]> {
  return await byMarkers(db, { ...markers, limit: MAX_CANDIDATES / 2 })
}
