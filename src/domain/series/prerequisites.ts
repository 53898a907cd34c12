import { sql } from 'kysely'
import { capabilities } from '../../db/dialect/dialect.js'
import { insertRows, prepareShapes } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'
import { awaited, NUMBERED } from '../mails/awaited.js'

/** The dependencies that the mails of series declare. */

/** Prefix of references by b4's change id; it never begins a message id. */
export const CHANGE_ID = 'change-id:'

export interface Target {
  /** A message id in brackets, `change-id:…`, `series-1`, `patch-1` or `cover-1`. */
  target: string
  /** The version of the series with that change id; null: the latest. */
  version: number | null
}

export interface Source {
  kind: 'patch' | 'cover'
  id: number
}

/** Maximum number of series whose dependencies are resolved again for one mail. */
const MAX_AWAITING = 100

const columnOf = ({ kind }: Source) => (kind === 'patch' ? 'patch_id' : 'cover_id')

/** Whether a target is a number of ours, which is valid in all projects. */
function isNumbered(target: string): boolean {
  return !target.startsWith('<') && !target.startsWith(CHANGE_ID)
}

/** The stored targets of a mail. */
export async function listTargets(db: Database, source: Source): Promise<Target[]> {
  return await db
    .selectFrom('prerequisites')
    .select(['target', 'version'])
    .where(columnOf(source), '=', source.id)
    .execute()
}

/** Stores the targets of a mail. */
export async function insertTargets(
  db: Database,
  project_id: number,
  source: Source,
  targets: readonly Target[],
): Promise<void> {
  const [patch_id, cover_id] = source.kind === 'patch' ? [source.id, null] : [null, source.id]
  for (const { target } of targets)
    awaited.add(db, { msgid: isNumbered(target) ? NUMBERED : target, by: 'dependency' })
  await insertRows(
    db,
    'prerequisites',
    targets.map(({ target, version }) => ({ project_id, patch_id, cover_id, target, version })),
  )
}

/** Deletes the targets of a mail. */
export async function deleteTargets(db: Database, source: Source): Promise<void> {
  await db.deleteFrom('prerequisites').where(columnOf(source), '=', source.id).execute()
}

/** Prerequisites, with the series of their mails. */
function withSeries(db: Database) {
  return db
    .selectFrom('prerequisites as q')
    .leftJoin('patches as p', 'p.id', 'q.patch_id')
    .leftJoin('series as s', 's.cover_id', 'q.cover_id')
    .where(seriesOfSource, 'is not', null)
}

const seriesOfSource = sql<number>`coalesce(p.series_id, s.id)`

/** The targets of the mails of some series, with the projects of these mails. */
export async function listTargetsOf(
  db: Database,
  series: readonly number[],
): Promise<(Target & { series_id: number; project_id: number })[]> {
  const dialect = capabilities(db)
  const fromPatches = await db
    .selectFrom('patches as p')
    .innerJoin('prerequisites as q', 'q.patch_id', 'p.id')
    .select(['p.series_id', 'q.project_id', 'q.target', 'q.version'])
    .where(dialect.anyOf(sql.ref('p.series_id'), series))
    .$narrowType<{ series_id: number }>()
    .execute()
  const fromCovers = await db
    .selectFrom('series as s')
    .innerJoin('prerequisites as q', 'q.cover_id', 's.cover_id')
    .select(['s.id as series_id', 'q.project_id', 'q.target', 'q.version'])
    .where(dialect.anyOf(sql.ref('s.id'), series))
    .execute()
  return [...fromPatches, ...fromCovers]
}

/** Query of series whose mails have prerequisites; the caller adds the condition. */
function selectAwaiting(db: Database, project: number) {
  return withSeries(db)
    .select(seriesOfSource.as('id'))
    .distinct()
    .where((eb) =>
      eb.or([
        eb('q.project_id', '=', project),
        eb.and([eb('q.target', 'not like', '<%'), eb('q.target', 'not like', `${CHANGE_ID}%`)]),
      ]),
    )
    .orderBy('id')
    .limit(MAX_AWAITING)
}

/** The series whose mails name one of these targets. */
export async function listAwaiting(
  db: Database,
  project: number,
  targets: readonly string[],
): Promise<number[]> {
  const rows = await selectAwaiting(db, project).where('q.target', 'in', targets).execute()
  return rows.map(({ id }) => id)
}

/** The series that depend on one of these series, or whose mails name one or a mail of one. */
export async function listAwaitingMembers(
  db: Database,
  project: number,
  series: readonly number[],
): Promise<number[]> {
  const names = memberIds(db, series).union(memberNumbers(db, series))
  const rows = await selectAwaiting(db, project).where('q.target', 'in', names).execute()
  return [...rows.map(({ id }) => id), ...(await listDependents(db, series))]
}

/** The message ids of the mails of some series, and the change ids that lead to these. */
function memberIds(db: Database, series: readonly number[]) {
  const dialect = capabilities(db)
  return db
    .selectFrom('patches')
    .select('msgid')
    .where(dialect.anyOf(sql.ref('series_id'), series))
    .union(
      db
        .selectFrom('series')
        .innerJoin('covers', 'covers.id', 'series.cover_id')
        .select('covers.msgid')
        .where(dialect.anyOf(sql.ref('series.id'), series)),
    )
    .union(
      db
        .selectFrom('series_references')
        .select('msgid')
        .where('msgid', 'like', `${CHANGE_ID}%`)
        .where(dialect.anyOf(sql.ref('series_id'), series)),
    )
}

/** Targets that name some series, their patches or their covers by number. */
function memberNumbers(db: Database, series: readonly number[]) {
  const dialect = capabilities(db)
  return db
    .selectFrom('patches')
    .select(sql<string>`'patch-' || id`.as('msgid'))
    .where(dialect.anyOf(sql.ref('series_id'), series))
    .unionAll(
      db
        .selectFrom('series')
        .select(sql<string>`'cover-' || cover_id`.as('msgid'))
        .where('cover_id', 'is not', null)
        .where(dialect.anyOf(sql.ref('id'), series)),
    )
    .unionAll(
      db
        .selectFrom('series')
        .select(sql<string>`'series-' || id`.as('msgid'))
        .where(dialect.anyOf(sql.ref('id'), series)),
    )
}

/** The series whose mails declared dependencies on some series. */
async function listDependents(db: Database, series: readonly number[]): Promise<number[]> {
  const rows = await db
    .selectFrom('series_dependencies')
    .select('series_id as id')
    .distinct()
    .where(capabilities(db).anyOf(sql.ref('depends_on_id'), series))
    .where('from_mail', '=', 1)
    .orderBy('id')
    .limit(MAX_AWAITING)
    .execute()
  return rows.map(({ id }) => id)
}

/** The series that a series depends on. */
export async function listDependencies(db: Database, series: number): Promise<number[]> {
  const rows = await db
    .selectFrom('series_dependencies')
    .select('depends_on_id as id')
    .where('series_id', '=', series)
    .orderBy('depends_on_id')
    .execute()
  return rows.map(({ id }) => id)
}

/** The dependencies or dependents of a series: the first ones by id, and the total number. */
export interface Dependencies {
  readonly ids: readonly number[]
  readonly total: number
}

interface DependencyPage {
  series: number
  limit: number
}

/** The columns of a dependency: whose it is, and what is listed. */
const SIDES = {
  dependsOn: ['series_id', 'depends_on_id'],
  neededBy: ['depends_on_id', 'series_id'],
} as const

const dependencies = prepareShapes<DependencyPage, { id: number; total: number }, keyof typeof SIDES>(
  (db, { series, limit }, side) => {
    const [own, other] = SIDES[side]
    return db
      .selectFrom('series_dependencies')
      .select([`${other} as id`, sql<number>`count(*) over ()`.as('total')])
      .where(own, '=', series)
      .orderBy(other)
      .limit(limit)
  },
)

/** The series on one side of a series' dependencies, at most `limit`: any number of mails may name one. */
export async function listDependencyPage(
  db: Database,
  series: number,
  side: keyof typeof SIDES,
  limit: number,
): Promise<Dependencies> {
  const rows = await dependencies(db, { series, limit }, side, side)
  return { ids: rows.map(({ id }) => id), total: rows[0]?.total ?? 0 }
}

/** Deletes the dependencies that mails declare, before they are resolved again; imported ones stay. */
export async function deleteDependencies(db: Database, series: readonly number[]): Promise<void> {
  await db
    .deleteFrom('series_dependencies')
    .where(capabilities(db).anyOf(sql.ref('series_id'), series))
    .where('from_mail', '=', 1)
    .execute()
}

/** Who named a series by its number means the one that has its mails now. */
export async function renameTarget(db: Database, from: number, to: number | undefined): Promise<void> {
  if (to === undefined) return
  await db
    .updateTable('prerequisites')
    .set({ target: `series-${to}` })
    .where('target', '=', `series-${from}`)
    .execute()
}
