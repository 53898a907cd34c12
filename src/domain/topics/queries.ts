import { type Expression, type SqlBool, sql } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities, type IdsParameter, type SingleId } from '../../db/dialect/dialect.js'
import type { Database, Time } from '../../db/schema.js'
import type { TopicMemberTable } from '../../db/topic-tables.js'
import type { Decision, TopicLink } from './components.js'
import { orderSent, type PostedPatch, type Posting, postedVersion } from './posting.js'

/** What is stored of topics, and of the series that may belong to one. */

/** Maximum number of compared patches of a series. */
export const MAX_PATCHES = 200

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
    .select(['people.user_id', 'c.name as cover_name'])
    // The name of a person changes with later mails.
    .select(sql<string | null>`coalesce(s.sender_name, people.name)`.as('submitter_name'))
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

/**
 * What is compared of some series. Of one whose patches have not all come only the first counts: so the result is the same
 * whichever came last, and those in between change nothing.
 */
export async function readPostings(db: Database, ids: readonly number[]): Promise<Posting[]> {
  if (ids.length === 0) return []
  const rows = await seriesFacts(db, ids)
  const bySeries = Map.groupBy(await patchFacts(db, ids), ({ series_id }) => series_id)
  return rows.map(({ name, cover_name, earliest, date, ...row }) => {
    const patches = comparedPatches(bySeries.get(row.id) ?? [], row.total)
    const title =
      cover_name ?? patches.find(({ number }) => number === 1)?.name ?? name ?? patches[0]?.name ?? ''
    const version = postedVersion(title, row.version)
    return { ...row, version, date: orderSent(earliest, date), title, patches }
  })
}

function comparedPatches(patches: readonly PatchFacts[], total: number): PatchFacts[] {
  const numbered = patches.filter(({ number }) => number !== null)
  const isComplete = numbered.length >= Math.min(total, MAX_PATCHES)
  return [
    ...(isComplete ? numbered : numbered.slice(0, 1)),
    ...patches.filter(({ number }) => number === null),
  ]
}

interface Diff {
  series_id: number
  id: number
  diff: string
}

const diffs = byIds<Diff>((db, ids) =>
  db
    .selectFrom(
      db
        .selectFrom('patches as p')
        .innerJoin('patch_texts as t', 't.patch_id', 'p.id')
        .select(['p.series_id', 'p.id', 't.diff'])
        .select(sql<number>`sum(length(t.diff)) over (partition by p.series_id order by p.number)`.as('size'))
        .where(capabilities(db).anyOf(sql.ref('p.series_id'), ids))
        .where('p.number', 'is not', null)
        .where('t.diff', 'is not', null)
        .as('sized'),
    )
    .select(['series_id', 'id', 'diff'])
    .where('size', '<=', MAX_DIFFS)
    .$castTo<Diff>(),
)

/** The diffs of the compared patches of some series, each series up to a size. */
export async function readDiffs(db: Database, postings: readonly Posting[]): Promise<Map<number, string[]>> {
  const compared = new Set(postings.flatMap(({ patches }) => patches.map(({ id }) => id)))
  const rows = await diffs(
    db,
    postings.map(({ id }) => id),
  )
  const bySeries = Map.groupBy(
    rows.filter(({ id }) => compared.has(id)),
    ({ series_id }) => series_id,
  )
  return new Map(postings.map(({ id }) => [id, (bySeries.get(id) ?? []).map(({ diff }) => diff)]))
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

const messageIds = byIds<{ msgid: string }>((db, ids) =>
  db
    .selectFrom('patches')
    .select('msgid')
    .where(capabilities(db).anyOf(sql.ref('series_id'), ids))
    .where((eb) => eb.or([eb('number', '<=', MAX_PATCHES), eb('number', 'is', null)]))
    .unionAll(
      db
        .selectFrom('series as s')
        .innerJoin('covers as c', 'c.id', 's.cover_id')
        .select('c.msgid')
        .where(capabilities(db).anyOf(sql.ref('s.id'), ids)),
    ),
)

/** The message ids of the covers, of the compared patches and of those without a place, of some series. */
export async function listMessageIds(db: Database, series: readonly number[]): Promise<string[]> {
  return (await messageIds(db, series)).map(({ msgid }) => msgid)
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
