import { type Expression, type SqlBool, sql } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities, type IdsParameter, type SingleId } from '../../db/dialect/dialect.js'
import { prepare, prepareForTexts } from '../../db/prepared.js'
import type { Database, Time } from '../../db/schema.js'
import type { TopicMemberTable } from '../../db/topic-tables.js'
import { inParts } from '../../util/batches.js'
import type { Decision, TopicLink } from './components.js'
import { type PostedPatch, type Posting, postedVersion } from './posting.js'

/** What is stored of topics, and of the series that may belong to one. */

/** Maximum number of compared patches of a series. */
const MAX_PATCHES = 200

/** Maximum number of series of one name, or of one sender, on each side of a date. */
export const MAX_NEAR = 20

/** Maximum number of characters of the compared diffs of a series. */
const MAX_DIFFS = 500_000

interface SeriesFacts extends Omit<Posting, 'title' | 'patches' | 'date'> {
  name: string | null
  cover_name: string | null
  date: Time
  earliest: string | null
}

const seriesFacts = byIds<SeriesFacts>((db, ids) =>
  db
    .selectFrom('series as s')
    .innerJoin('people', 'people.id', 's.submitter_id')
    .leftJoin('covers as c', 'c.id', 's.cover_id')
    .select([
      's.id',
      's.project_id',
      's.version',
      's.date',
      's.earliest',
      's.submitter_id',
      's.total',
      's.name',
    ])
    .select(['people.user_id', 'people.name as submitter_name', 'c.name as cover_name'])
    .where(capabilities(db).anyOf(sql.ref('s.id'), ids)),
)

interface PatchFacts extends PostedPatch {
  series_id: number
  number: number | null
}

const patchFacts = byIds<PatchFacts>((db, ids) =>
  db
    .selectFrom('patches')
    .select(['id', 'name', 'hash', 'number', 'series_id'])
    .where(capabilities(db).anyOf(sql.ref('series_id'), ids))
    .where((eb) => eb.or([eb('number', '<=', MAX_PATCHES), eb('pull_url', 'is not', null)]))
    .orderBy('series_id')
    .orderBy('number')
    .orderBy('id')
    .$castTo<PatchFacts>(),
)

/** What is compared of some series. */
export async function readPostings(db: Database, ids: readonly number[]): Promise<Posting[]> {
  if (ids.length === 0) return []
  const rows = await seriesFacts(db, ids)
  const bySeries = Map.groupBy(await patchFacts(db, ids), ({ series_id }) => series_id)
  return rows.map(({ name, cover_name, earliest, date, ...row }) => {
    const patches = bySeries.get(row.id) ?? []
    const title =
      cover_name ?? patches.find(({ number }) => number === 1)?.name ?? name ?? patches[0]?.name ?? ''
    const version = postedVersion(title, row.version)
    return { ...row, version, date: (earliest ?? date).slice(0, 19), title, patches }
  })
}

const diffs = byIds<{ series_id: number; diff: string }>((db, ids) =>
  db
    .selectFrom(
      db
        .selectFrom('patches as p')
        .innerJoin('patch_texts as t', 't.patch_id', 'p.id')
        .select(['p.series_id', 't.diff'])
        .select(sql<number>`sum(length(t.diff)) over (partition by p.series_id order by p.number)`.as('size'))
        .where(capabilities(db).anyOf(sql.ref('p.series_id'), ids))
        .where('p.number', 'is not', null)
        .where('t.diff', 'is not', null)
        .as('sized'),
    )
    .select(['series_id', 'diff'])
    .where('size', '<=', MAX_DIFFS)
    .$castTo<{ series_id: number; diff: string }>(),
)

/** The diffs of some series, each up to a size. */
export async function readDiffs(db: Database, series: readonly number[]): Promise<Map<number, string[]>> {
  const bySeries = Map.groupBy(await diffs(db, series), ({ series_id }) => series_id)
  return new Map(series.map((id) => [id, (bySeries.get(id) ?? []).map(({ diff }) => diff)]))
}

export type MemberRow = TopicMemberTable

export const membersById = byIds<MemberRow>((db, ids) =>
  db
    .selectFrom('topic_members')
    .selectAll()
    .where(capabilities(db).anyOf(sql.ref('series_id'), ids)),
)

/** The members of some topics, at most `limit` rows. */
export async function listMembersOfTopics(
  db: Database,
  topics: readonly number[],
  limit: number,
): Promise<MemberRow[]> {
  if (topics.length === 0) return []
  return await db
    .selectFrom('topic_members')
    .selectAll()
    .where(capabilities(db).anyOf(sql.ref('topic_id'), topics))
    .orderBy('series_id')
    .limit(limit)
    .execute()
}

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

/** The newest series of each name, `limit` at most. */
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
    .limit(MAX_NEAR)
  const before = named.where('date', '<=', date).orderBy('date', 'desc').as('before')
  const after = named.where('date', '>', date).orderBy('date').as('after')
  return db.selectFrom(before).selectAll().union(db.selectFrom(after).selectAll())
})

/** The series of one name that are nearest to a date, on both sides of it. */
export async function listNamesakesNear(db: Database, near: Near): Promise<MemberRow[]> {
  return await namesakesNear(db, near)
}

/** Series of some senders in a range of dates: the newest with a lower version than `below`, or above version 1. */
export async function listOfSenders(
  db: Database,
  senders: readonly number[],
  { project, from, to, below }: { project: number; from: string; to: string; below?: number },
): Promise<MemberRow[]> {
  const each = db
    .selectFrom('topic_members')
    .selectAll()
    .where(capabilities(db).anyOf(sql.ref('submitter_id'), senders))
    .where('project_id', '=', project)
    .where('date', '>=', from)
    .where('date', '<=', to)
    .limit(MAX_NEAR)
  const rows =
    below === undefined
      ? each.where('version', '>', 1).orderBy('date')
      : each.where('version', '<', below).orderBy('date', 'desc')
  return await rows.execute()
}

/** The people of some accounts. */
export const peopleOfUsers = byIds<{ id: number; user_id: number }>((db, ids) =>
  db
    .selectFrom('people')
    .select(['id', 'user_id'])
    .where(capabilities(db).anyOf(sql.ref('user_id'), ids))
    .$castTo<{ id: number; user_id: number }>(),
)

/** The message ids of the patches and the covers of some series. */
export async function listMessageIds(db: Database, series: readonly number[]): Promise<string[]> {
  const dialect = capabilities(db)
  const rows = await db
    .selectFrom('patches')
    .select('msgid')
    .where(dialect.anyOf(sql.ref('series_id'), series))
    .unionAll(
      db
        .selectFrom('series as s')
        .innerJoin('covers as c', 'c.id', 's.cover_id')
        .select('c.msgid')
        .where(dialect.anyOf(sql.ref('s.id'), series)),
    )
    .execute()
  return rows.map(({ msgid }) => msgid)
}

/** The series of some patches and covers. */
export async function listHomes(
  db: Database,
  patches: readonly number[],
  covers: readonly number[],
): Promise<{ kind: 'patch' | 'cover'; id: number; series_id: number }[]> {
  const dialect = capabilities(db)
  return await db
    .selectFrom('patches')
    .select([sql<'patch' | 'cover'>`'patch'`.as('kind'), 'id', 'series_id'])
    .where(dialect.anyOf(sql.ref('id'), patches))
    .where('series_id', 'is not', null)
    .$narrowType<{ series_id: number }>()
    .unionAll(
      db
        .selectFrom('series')
        .select([sql<'patch' | 'cover'>`'cover'`.as('kind'), 'cover_id as id', 'id as series_id'])
        .where(dialect.anyOf(sql.ref('cover_id'), covers))
        .$castTo<{ kind: 'patch' | 'cover'; id: number; series_id: number }>(),
    )
    .execute()
}

/** Selects links and decisions of some series, in either direction. */
function joins(db: Database, ids: IdsParameter | SingleId): Expression<SqlBool> {
  const dialect = capabilities(db)
  const isOneOf = (column: string) => dialect.anyOf(sql.ref(column), ids)
  return sql<SqlBool>`(${isOneOf('series_id')} or ${isOneOf('earlier_id')})`
}

const links = byIds<TopicLink>((db, ids) =>
  db
    .selectFrom('topic_links')
    .select(['series_id as series', 'earlier_id as earlier', 'reason', 'score'])
    .where(joins(db, ids)),
)

/** The links of some series, in either direction. */
export async function listLinks(db: Database, series: readonly number[]): Promise<TopicLink[]> {
  return await links(db, series)
}

const decisions = byIds<Decision>((db, ids) =>
  db
    .selectFrom('topic_decisions')
    .select(['series_id as series', 'earlier_id as earlier'])
    .where(joins(db, ids)),
)

/** What people decided of some series, in either direction. */
export async function listDecisions(db: Database, series: readonly number[]): Promise<Decision[]> {
  return await decisions(db, series)
}
