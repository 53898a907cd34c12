import { sql } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities, type IdsParameter } from '../../db/dialect/dialect.js'
import { prepare, prepareForTexts } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'
import { inParts } from '../../util/batches.js'
import type { MemberRow } from './queries.js'
import { STRONG } from './rules.js'

/** Series that are near others: of the same name, or of the same sender. */

/** Maximum number of series of one name on each side of a date, and of earlier ones of a sender, that are compared. */
export const MAX_NEAR = 20

/** Maximum number of later series of a sender that are decided again. */
export const MAX_UNLINKED = 100

const namesakes = prepareForTexts<{ project: number; limit: number }, MemberRow>(
  (db, { project, limit }, keys) => {
    const of = (key: string) =>
      db
        .selectFrom(
          db
            .selectFrom('topic_members')
            .selectAll()
            .where('project_id', '=', project)
            .where('name_key', '=', key)
            .orderBy('date', 'desc')
            .limit(limit)
            .as('named'),
        )
        .selectAll()
    const [first, ...others] = keys as [string, ...string[]]
    return others.reduce((all, key) => all.union(of(key)), of(first))
  },
)

/** Maximum number of names that one statement looks for. */
const MAX_KEYS = 64

/** The newest series of each name, `limit` at most, in no order. */
export async function listNamesakes(
  db: Database,
  project: number,
  keys: readonly string[],
  limit: number,
): Promise<MemberRow[]> {
  const rows: MemberRow[] = []
  for (const some of inParts(keys, MAX_KEYS)) rows.push(...(await namesakes(db, { project, limit }, some)))
  return rows
}

interface Near {
  project: number
  key: string
  date: string
}

const namesakesNear = prepare<Near, MemberRow>((db, { project, key, date }) => {
  const named = db
    .selectFrom('topic_members')
    .selectAll()
    .where('project_id', '=', project)
    .where('name_key', '=', key)
  const before = named
    .where('date', '<=', date)
    .orderBy('date', 'desc')
    .limit(MAX_NEAR + 1)
    .as('before')
  const after = named.where('date', '>', date).orderBy('date').limit(MAX_NEAR).as('after')
  return db.selectFrom(before).selectAll().union(db.selectFrom(after).selectAll())
})

/** The series of one name that are nearest to a date, on both sides of it; one of that date itself is among them. */
export async function listNamesakesNear(db: Database, near: Near): Promise<MemberRow[]> {
  return await namesakesNear(db, near)
}

/** The same of rows of one name that are known, in the order of their dates. */
export function namesakesNearAmong(rows: readonly MemberRow[], date: string): MemberRow[] {
  const end = rows.findLastIndex((row) => row.date <= date) + 1
  return rows.slice(Math.max(0, end - MAX_NEAR - 1), end + MAX_NEAR)
}

interface SenderRange {
  senders: IdsParameter
  project: number
  from: string
  to: string
  version: number
}

const earlierOfSenders = prepare<SenderRange, MemberRow>((db, { senders, project, from, to, version }) =>
  db
    .selectFrom('topic_members')
    .selectAll()
    .where(capabilities(db).anyOf(sql.ref('submitter_id'), senders))
    .where('project_id', '=', project)
    .where('date', '>=', from)
    .where('date', '<=', to)
    .where('version', '<', version)
    .orderBy('date', 'desc')
    .limit(MAX_NEAR),
)

const unlinkedOfSenders = prepare<SenderRange & { limit: number }, MemberRow>(
  (db, { senders, project, from, to, version, limit }) =>
    db
      .selectFrom('topic_members as m')
      .selectAll('m')
      .where(capabilities(db).anyOf(sql.ref('m.submitter_id'), senders))
      .where('m.project_id', '=', project)
      .where('m.date', '>=', from)
      .where('m.date', '<=', to)
      .where('m.version', '>', version)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('topic_links as l')
              .select('l.score')
              .whereRef('l.series_id', '=', 'm.series_id')
              .where('l.score', '>=', STRONG),
          ),
        ),
      )
      .orderBy('m.date')
      .limit(limit),
)

interface OfSenders {
  readonly senders: readonly number[]
  readonly project: number
  /** The first and the last date. */
  readonly from: string
  readonly to: string
  readonly version: number
}

/** The newest series of some senders in a range of dates with a lower version. */
export async function listEarlierOfSenders(db: Database, range: OfSenders): Promise<MemberRow[]> {
  return await earlierOfSenders(db, toParameters(db, range))
}

/** The first series of some senders in a range of dates with a higher version that were not found by strong evidence. */
export async function listUnlinkedOfSenders(
  db: Database,
  range: OfSenders,
  limit: number,
): Promise<MemberRow[]> {
  return await unlinkedOfSenders(db, { ...toParameters(db, range), limit })
}

function toParameters(db: Database, { senders, ...range }: OfSenders): SenderRange {
  return { ...range, senders: capabilities(db).listParameter(senders) }
}

/** The people of some accounts. */
export const peopleOfUsers = byIds<{ id: number; user_id: number }>((db, ids) =>
  db
    .selectFrom('people')
    .select(['id', 'user_id'])
    .where(capabilities(db).anyOf(sql.ref('user_id'), ids))
    .$castTo<{ id: number; user_id: number }>(),
)

/** The accounts of some people. */
export const usersOfPeople = byIds<{ user_id: number | null }>((db, ids) =>
  db
    .selectFrom('people')
    .select('user_id')
    .where(capabilities(db).anyOf(sql.ref('id'), ids)),
)
