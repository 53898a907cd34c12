import { type Selectable, sql } from 'kysely'
import { capabilities } from '../db/dialect/dialect.js'
import { prepare } from '../db/prepared.js'
import type { CoverCommentTable, Database, EventTable, PatchCommentTable, PatchTable } from '../db/schema.js'

/** Rows by number, with what their answers show of other tables; all take the numbers of one page. */

interface Ids {
  ids: unknown
}

function byIds<Row>(
  build: (db: Database, ids: never) => { compile(): never },
): (db: Database, ids: readonly number[]) => Promise<Row[]> {
  const run = prepare<Ids, Row>((db, parameters) => build(db, parameters.ids as never))
  return async (db, ids) =>
    ids.length === 0 ? [] : await run(db, { ids: capabilities(db).listParameter(ids) })
}

export interface PersonRow {
  submitter_name: string | null
  submitter_email: string
}

export interface PatchRow extends Selectable<PatchTable>, PersonRow {
  delegate_username: string | null
  delegate_first_name: string
  delegate_last_name: string
  delegate_email: string
  series_name: string | null
  series_date: string
  series_version: number
}

/** Patches with their submitter, delegate and series. */
export const patchesById = byIds<PatchRow>(
  (db, ids) =>
    db
      .selectFrom('patches')
      .innerJoin('people', 'people.id', 'patches.submitter_id')
      .leftJoin('users', 'users.id', 'patches.delegate_id')
      .leftJoin('series', 'series.id', 'patches.series_id')
      .selectAll('patches')
      .select(['people.name as submitter_name', 'people.email as submitter_email'])
      .select(['users.username as delegate_username', 'users.first_name as delegate_first_name'])
      .select(['users.last_name as delegate_last_name', 'users.email as delegate_email'])
      .select([
        'series.name as series_name',
        'series.date as series_date',
        'series.version as series_version',
      ])
      .where((eb) => capabilities(db).anyOf(eb.ref('patches.id'), ids)) as never,
)

/** What is shown of a patch or a cover within other answers. */
export interface SubmissionRow {
  id: number
  project_id: number
  msgid: string
  date: string
  name: string
}

export interface RelatedRow extends SubmissionRow {
  relation_id: number
}

/** The patches of some relations. */
export const patchesByRelation = byIds<RelatedRow>(
  (db, ids) =>
    db
      .selectFrom('patches')
      .select(['id', 'project_id', 'msgid', 'date', 'name', 'relation_id'])
      .where((eb) => capabilities(db).anyOf(eb.ref('relation_id'), ids))
      .orderBy('id') as never,
)

export interface SeriesPatchRow extends SubmissionRow {
  series_id: number
}

/** The patches of some series, in the order they were sent. */
export const patchesBySeries = byIds<SeriesPatchRow>(
  (db, ids) =>
    db
      .selectFrom('patches')
      .select(['id', 'project_id', 'msgid', 'date', 'name', 'series_id'])
      .where((eb) => capabilities(db).anyOf(eb.ref('series_id'), ids))
      .orderBy('date')
      .orderBy('id') as never,
)

export interface CoverRow extends SubmissionRow, PersonRow {
  submitter_id: number
  series_id: number | null
  series_name: string | null
  series_date: string
  series_version: number
}

export const coversById = byIds<CoverRow>(
  (db, ids) =>
    db
      .selectFrom('covers')
      .innerJoin('people', 'people.id', 'covers.submitter_id')
      .leftJoin('series', 'series.cover_id', 'covers.id')
      .selectAll('covers')
      .select(['people.name as submitter_name', 'people.email as submitter_email', 'series.id as series_id'])
      .select([
        'series.name as series_name',
        'series.date as series_date',
        'series.version as series_version',
      ])
      .where((eb) => capabilities(db).anyOf(eb.ref('covers.id'), ids)) as never,
)

export interface SeriesRow extends PersonRow {
  id: number
  project_id: number
  name: string | null
  date: string
  submitter_id: number
  version: number
  total: number
  cover_id: number | null
  cover_msgid: string | null
  cover_date: string
  cover_name: string
}

export const seriesById = byIds<SeriesRow>(
  (db, ids) =>
    db
      .selectFrom('series')
      .innerJoin('people', 'people.id', 'series.submitter_id')
      .leftJoin('covers', 'covers.id', 'series.cover_id')
      .selectAll('series')
      .select(['people.name as submitter_name', 'people.email as submitter_email'])
      .select(['covers.msgid as cover_msgid', 'covers.date as cover_date', 'covers.name as cover_name'])
      .where((eb) => capabilities(db).anyOf(eb.ref('series.id'), ids)) as never,
)

export interface DependencyRow {
  series_id: number
  depends_on_id: number
}

/** All dependencies in which some series stand on either side. */
export const dependenciesOf = byIds<DependencyRow>(
  (db, ids) =>
    db
      .selectFrom('series_dependencies')
      .selectAll()
      .where((eb) =>
        eb.or([
          capabilities(db).anyOf(eb.ref('series_id'), ids),
          capabilities(db).anyOf(eb.ref('depends_on_id'), ids),
        ]),
      )
      .orderBy('series_id')
      .orderBy('depends_on_id') as never,
)

export type PatchCommentRow = Selectable<PatchCommentTable> & PersonRow
export type CoverCommentRow = Selectable<CoverCommentTable> & PersonRow

export const patchCommentsById = byIds<PatchCommentRow>(
  (db, ids) =>
    db
      .selectFrom('patch_comments')
      .innerJoin('people', 'people.id', 'patch_comments.submitter_id')
      .selectAll('patch_comments')
      .select(['people.name as submitter_name', 'people.email as submitter_email'])
      .where((eb) => capabilities(db).anyOf(eb.ref('patch_comments.id'), ids)) as never,
)

export const coverCommentsById = byIds<CoverCommentRow>(
  (db, ids) =>
    db
      .selectFrom('cover_comments')
      .innerJoin('people', 'people.id', 'cover_comments.submitter_id')
      .selectAll('cover_comments')
      .select(['people.name as submitter_name', 'people.email as submitter_email'])
      .where((eb) => capabilities(db).anyOf(eb.ref('cover_comments.id'), ids)) as never,
)

export interface UserRow {
  id: number
  username: string
  first_name: string
  last_name: string
  email: string
  send_email: number
  items_per_page: number
  show_ids: number
}

export const usersById = byIds<UserRow>(
  (db, ids) =>
    db
      .selectFrom('users')
      .select([
        'id',
        'username',
        'first_name',
        'last_name',
        'email',
        'send_email',
        'items_per_page',
        'show_ids',
      ])
      .where((eb) => capabilities(db).anyOf(eb.ref('id'), ids)) as never,
)

export interface PersonDetailRow {
  id: number
  name: string | null
  email: string
  user_id: number | null
}

export const peopleById = byIds<PersonDetailRow>(
  (db, ids) =>
    db
      .selectFrom('people')
      .select(['id', 'name', 'email', 'user_id'])
      .where((eb) => capabilities(db).anyOf(eb.ref('id'), ids)) as never,
)

export interface MaintainerRow extends UserRow {
  project_id: number
}

/** The maintainers of some projects. */
export const maintainersOf = byIds<MaintainerRow>(
  (db, ids) =>
    db
      .selectFrom('maintainers')
      .innerJoin('users', 'users.id', 'maintainers.user_id')
      .selectAll('users')
      .select('maintainers.project_id')
      .where((eb) => capabilities(db).anyOf(eb.ref('maintainers.project_id'), ids))
      .orderBy('users.id') as never,
)

export interface CheckRow {
  id: number
  patch_id: number
  user_id: number
  date: string
  state: number
  target_url: string | null
  context: string
  description: string | null
}

export const checksById = byIds<CheckRow>(
  (db, ids) =>
    db
      .selectFrom('checks')
      .selectAll()
      .where((eb) => capabilities(db).anyOf(eb.ref('id'), ids)) as never,
)

export interface BundleRow {
  id: number
  owner_id: number
  project_id: number
  name: string
  public: number
}

export const bundlesById = byIds<BundleRow>(
  (db, ids) =>
    db
      .selectFrom('bundles')
      .selectAll()
      .where((eb) => capabilities(db).anyOf(eb.ref('id'), ids)) as never,
)

export interface BundlePatchRow extends SubmissionRow {
  bundle_id: number
  position: number
}

/** The patches of some bundles, by their number. */
export const patchesByBundle = byIds<BundlePatchRow>(
  (db, ids) =>
    db
      .selectFrom('bundle_patches')
      .innerJoin('patches', 'patches.id', 'bundle_patches.patch_id')
      .select(['patches.id', 'patches.project_id', 'patches.msgid', 'patches.date', 'patches.name'])
      .select(['bundle_patches.bundle_id', 'bundle_patches.position'])
      .where((eb) => capabilities(db).anyOf(eb.ref('bundle_patches.bundle_id'), ids))
      .orderBy('patches.id') as never,
)

export interface EventRow extends Selectable<EventTable> {
  patch_msgid: string
  patch_date: string
  patch_name: string
  patch_project_id: number
  cover_msgid: string
  cover_date: string
  cover_name: string
  cover_project_id: number
  series_name: string | null
  series_date: string
  series_version: number
  series_project_id: number
  comment_msgid: string
  comment_date: string
  check_date: string
  check_state: number
  check_target_url: string | null
  check_context: string
}

/** Events with what their payloads show; the other tables are asked only for the rows that events name. */
export const eventsById = byIds<EventRow>(
  (db, ids) =>
    db
      .selectFrom('events')
      .leftJoin('patches as p', 'p.id', 'events.patch_id')
      .leftJoin('covers as c', 'c.id', 'events.cover_id')
      .leftJoin('series as s', 's.id', 'events.series_id')
      .leftJoin('patch_comments as pc', 'pc.id', 'events.patch_comment_id')
      .leftJoin('cover_comments as cc', 'cc.id', 'events.cover_comment_id')
      .leftJoin('checks as k', 'k.id', 'events.check_id')
      .selectAll('events')
      .select(['p.msgid as patch_msgid', 'p.date as patch_date', 'p.name as patch_name'])
      .select(['p.project_id as patch_project_id', 'c.project_id as cover_project_id'])
      .select(['c.msgid as cover_msgid', 'c.date as cover_date', 'c.name as cover_name'])
      .select(['s.name as series_name', 's.date as series_date', 's.version as series_version'])
      .select('s.project_id as series_project_id')
      .select(sql`coalesce(pc.msgid, cc.msgid)`.as('comment_msgid'))
      .select(sql`coalesce(pc.date, cc.date)`.as('comment_date'))
      .select(['k.date as check_date', 'k.state as check_state'])
      .select(['k.target_url as check_target_url', 'k.context as check_context'])
      .where((eb) => capabilities(db).anyOf(eb.ref('events.id'), ids)) as never,
)

interface Texts {
  headers: string
  content: string
  diff: string | null
}

const patchTexts = prepare<{ id: number }, Texts>((db, { id }) =>
  db.selectFrom('patch_texts').select(['headers', 'content', 'diff']).where('patch_id', '=', id),
)

const coverTexts = prepare<{ id: number }, Texts>((db, { id }) =>
  db
    .selectFrom('cover_texts')
    .select(['headers', 'content', sql<null>`null`.as('diff')])
    .where('cover_id', '=', id),
)

/** The long texts of a patch or of a cover. */
export async function readTexts(db: Database, kind: 'patch' | 'cover', id: number): Promise<Texts> {
  const [texts] = await (kind === 'patch' ? patchTexts : coverTexts)(db, { id })
  return texts ?? { headers: '', content: '', diff: null }
}
