import { sql } from 'kysely'
import { capabilities } from '../../db/dialect/dialect.js'
import { insertRows, prepare } from '../../db/prepared.js'
import type { Database, Time } from '../../db/schema.js'
import { forgetSeries } from '../automation/updates.js'
import { insertEvents, type NewEvent } from '../events/updates.js'
import { deleteSeriesEvents } from '../series-events/updates.js'
import { touchFollowers, touchSeries } from '../topics/link.js'
import { removeMember } from '../topics/updates.js'
import { CHANGE_ID, renameTarget } from './prerequisites.js'
import type { Series } from './queries.js'

/** The mails of series, and moves between series when a later mail shows that they are misplaced. */

export interface Member {
  id: number
  /** `beside`: a pull request that leads to the series and is not in it. */
  kind: 'patch' | 'cover' | 'beside'
  series_id: number
  /** Its place; null for covers and for patches without a place. */
  number: number | null
  msgid: string
  date: Time
  name: string
  submitter_id: number
  pull_url: string | null
  headers: string
  /** The beginning of its text, where it may name its author. */
  content_start: string
  /** Only `beside`: the version of a series that may be its own. */
  series_version?: number
}

const contentStart = sql<string>`substr(t.content, 1, 1000)`.as('content_start')

/** The patches and covers of some series; undefined if there are more than `limit`. */
export async function listMembers(
  db: Database,
  series: readonly number[],
  limit: number,
): Promise<Member[] | undefined> {
  const patches = await db
    .selectFrom('patches as p')
    .innerJoin('patch_texts as t', 't.patch_id', 'p.id')
    .select([
      'p.id',
      'p.series_id',
      'p.number',
      'p.msgid',
      'p.date',
      'p.name',
      'p.submitter_id',
      'p.pull_url',
      't.headers',
    ])
    .select([sql<'patch'>`'patch'`.as('kind'), contentStart])
    .where(capabilities(db).anyOf(sql.ref('p.series_id'), series))
    .orderBy('p.id')
    .limit(limit + 1)
    .execute()
  const covers = await db
    .selectFrom('series as s')
    .innerJoin('covers as c', 'c.id', 's.cover_id')
    .innerJoin('cover_texts as t', 't.cover_id', 'c.id')
    .select(['c.id', 's.id as series_id', 'c.msgid', 'c.date', 'c.name', 'c.submitter_id', 't.headers'])
    .select([sql<'cover'>`'cover'`.as('kind'), sql<null>`null`.as('pull_url'), sql<null>`null`.as('number')])
    .select(contentStart)
    .where(capabilities(db).anyOf(sql.ref('s.id'), series))
    .execute()
  const members = [...covers, ...patches, ...(await listBeside(db, series))] as Member[]
  return members.length > limit ? undefined : members
}

/** Pull requests that lead to some series and are in none; possibly several times. */
async function listBeside(db: Database, series: readonly number[]): Promise<object[]> {
  return await db
    .selectFrom('series_references as r')
    .innerJoin('patches as p', (join) =>
      join.onRef('p.msgid', '=', 'r.msgid').onRef('p.project_id', '=', 'r.project_id'),
    )
    .innerJoin('series as s', 's.id', 'r.series_id')
    .innerJoin('patch_texts as t', 't.patch_id', 'p.id')
    .select([
      'p.id',
      'r.series_id',
      'p.number',
      'p.msgid',
      'p.date',
      'p.name',
      'p.submitter_id',
      'p.pull_url',
    ])
    .select(['t.headers', sql<'beside'>`'beside'`.as('kind'), 's.version as series_version'])
    .select(contentStart)
    .where(capabilities(db).anyOf(sql.ref('r.series_id'), series))
    .where('p.series_id', 'is', null)
    .where('p.pull_url', 'is not', null)
    .orderBy('r.series_id')
    .execute()
}

/** Series by id. */
export async function listSeriesByIds(db: Database, ids: readonly number[]): Promise<Series[]> {
  return await db
    .selectFrom('series')
    .selectAll()
    .where(capabilities(db).anyOf(sql.ref('id'), ids))
    .orderBy('id')
    .execute()
}

export type SeriesChange = Partial<
  Pick<
    Series,
    | 'name'
    | 'date'
    | 'submitter_id'
    | 'version'
    | 'total'
    | 'cover_id'
    | 'earliest'
    | 'reached'
    | 'sender_name'
  >
>

export async function updateSeries(db: Database, id: number, change: SeriesChange): Promise<void> {
  await db.updateTable('series').set(change).where('id', '=', id).execute()
}

/** Clears the places of patches, so that other patches can use them. */
export async function clearPlaces(db: Database, patches: readonly number[]): Promise<void> {
  if (patches.length === 0) return
  await db
    .updateTable('patches')
    .set({ series_id: null, number: null })
    .where(capabilities(db).anyOf(sql.ref('id'), patches))
    .execute()
}

/** Moves a patch to a series; `number` null: without a place. */
export async function setPlace(
  db: Database,
  patch: number,
  place: { series_id: number; number: number | null },
): Promise<void> {
  await db.updateTable('patches').set(place).where('id', '=', patch).execute()
}

/** Replaces the references that lead to a series. */
export async function replaceReferences(
  db: Database,
  { id, project_id }: Pick<Series, 'id' | 'project_id'>,
  msgids: ReadonlySet<string>,
): Promise<void> {
  await db
    .deleteFrom('series_references')
    .where('series_id', '=', id)
    .where('msgid', 'not like', `${CHANGE_ID}%`)
    .execute()
  await addReferences(db, { id, project_id }, msgids)
}

/** Adds references that lead to a series. */
export async function addReferences(
  db: Database,
  { id, project_id }: Pick<Series, 'id' | 'project_id'>,
  msgids: Iterable<string>,
): Promise<void> {
  await insertRows(
    db,
    'series_references',
    [...new Set(msgids)].map((msgid) => ({ project_id, series_id: id, msgid })),
  )
}

/** Removes a series whose mails moved to another one; its dependents then depend on that. */
export async function mergeSeries(db: Database, id: number, into: number | undefined): Promise<void> {
  const links = await db
    .selectFrom('series_dependencies')
    .selectAll()
    .where((eb) => eb.or([eb('series_id', '=', id), eb('depends_on_id', '=', id)]))
    .execute()
  await db
    .deleteFrom('series_dependencies')
    .where((eb) => eb.or([eb('series_id', '=', id), eb('depends_on_id', '=', id)]))
    .execute()
  const moved = links
    .map(({ series_id, depends_on_id, from_mail }) => ({
      series_id: series_id === id ? into : series_id,
      depends_on_id: depends_on_id === id ? into : depends_on_id,
      from_mail,
    }))
    .filter((link) => link.series_id !== link.depends_on_id)
  for (const { series_id, depends_on_id, from_mail } of moved)
    if (series_id !== undefined && depends_on_id !== undefined)
      await db
        .insertInto('series_dependencies')
        .values({ series_id, depends_on_id, from_mail })
        // One that came with an import stays one.
        .onConflict((conflict) =>
          from_mail === 1
            ? conflict.doNothing()
            : conflict.columns(['series_id', 'depends_on_id']).doUpdateSet({ from_mail: 0 }),
        )
        .execute()
  await renameTarget(db, id, into)
  await touchFollowers(db, id)
  for (const series of await removeMember(db, id, into)) touchSeries(db, series)
  if (into !== undefined)
    await db
      .updateTable('series_references')
      .set({ series_id: into })
      .where('series_id', '=', id)
      .where('msgid', 'like', `${CHANGE_ID}%`)
      .execute()
  await db.deleteFrom('series_references').where('series_id', '=', id).execute()
  await db.deleteFrom('events').where('series_id', '=', id).execute()
  await deleteSeriesEvents(db, id)
  await db.deleteFrom('change_items').where('series_id', '=', id).execute()
  await forgetSeries(db, id)
  await db.deleteFrom('series').where('id', '=', id).execute()
}

const places = prepare<{ series: number }, { id: number; number: number | null }>((db, { series }) =>
  db.selectFrom('patches').select(['id', 'number']).where('series_id', '=', series).orderBy('number'),
)

/**
 * Updates the completion events of a series to its patches: withdraws events that are no longer true
 * and records missing ones. `outside`: patches without a place that are complete by themselves.
 */
export async function recomputeCompletion(
  db: Database,
  { id, project_id, total }: Pick<Series, 'id' | 'project_id' | 'total'>,
  date: Time,
  outside: readonly number[] = [],
): Promise<void> {
  const numbered = (await places(db, { series: id })).filter(({ number }) => number !== null)
  const complete = numbered.filter(({ number }, index) => number === index + 1).map((patch) => patch.id)
  const known = await db
    .selectFrom('events')
    .select(['id', 'category', 'patch_id'])
    .where('series_id', '=', id)
    .where('category', 'in', ['patch-completed', 'series-completed'])
    .execute()
  const isComplete = numbered.length > 0 && numbered.length >= total
  const here = new Set(numbered.map((patch) => patch.id))
  const elsewhere = await placedElsewhere(
    db,
    id,
    known.flatMap(({ patch_id }) => (patch_id !== null && !here.has(patch_id) ? [patch_id] : [])),
  )
  const wrong = known.filter(({ category, patch_id }) =>
    category === 'series-completed'
      ? !isComplete
      : patch_id !== null &&
        (elsewhere.has(patch_id) || (here.has(patch_id) && !complete.includes(patch_id))),
  )
  if (wrong.length > 0)
    await db
      .deleteFrom('events')
      .where(
        'id',
        'in',
        wrong.map((event) => event.id),
      )
      .execute()
  const told = new Set(known.flatMap(({ patch_id }) => patch_id ?? []))
  const event = { project_id, date, series_id: id }
  const missing: NewEvent[] = [...new Set([...complete, ...outside])]
    .filter((patch_id) => !told.has(patch_id))
    .map((patch_id) => ({ ...event, category: 'patch-completed', patch_id }))
  if (isComplete && !known.some(({ category }) => category === 'series-completed'))
    missing.push({ ...event, category: 'series-completed' })
  await insertEvents(db, missing)
}

async function placedElsewhere(db: Database, id: number, patches: readonly number[]): Promise<Set<number>> {
  if (patches.length === 0) return new Set()
  const rows = await db
    .selectFrom('patches')
    .select('id')
    .where(capabilities(db).anyOf(sql.ref('id'), patches))
    .where('series_id', 'is not', null)
    .where('series_id', '!=', id)
    .execute()
  return new Set(rows.map((row) => row.id))
}
