import { type Selectable, sql } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { prepare } from '../../db/prepared.js'
import type { CoverCommentTable, Database, PatchCommentTable, PatchTable } from '../../db/schema.js'

/** Rows by number, with what their answers show of other tables; all take the numbers of one page. */

export interface PersonRow {
  submitter_name: string | null
  submitter_email: string
  /** The account of its submitter, if they have one. */
  submitter_user_id: number | null
}

const submitter = [
  'people.name as submitter_name',
  'people.email as submitter_email',
  'people.user_id as submitter_user_id',
] as const

export interface PatchRow extends Selectable<PatchTable>, PersonRow {
  delegate_username: string | null
  delegate_first_name: string
  delegate_last_name: string
  delegate_email: string
  series_name: string | null
  series_date: string
  series_version: number
}

function selectPatches(db: Database) {
  return db
    .selectFrom('patches')
    .innerJoin('people', 'people.id', 'patches.submitter_id')
    .leftJoin('users', 'users.id', 'patches.delegate_id')
    .leftJoin('series', 'series.id', 'patches.series_id')
    .selectAll('patches')
    .select(submitter)
    .select(['users.username as delegate_username', 'users.first_name as delegate_first_name'])
    .select(['users.last_name as delegate_last_name', 'users.email as delegate_email'])
    .select(['series.name as series_name', 'series.date as series_date', 'series.version as series_version'])
}

function selectPatchesWithTexts(db: Database) {
  return selectPatches(db)
    .innerJoin('patch_texts', 'patch_texts.patch_id', 'patches.id')
    .select(['patch_texts.headers', 'patch_texts.content', 'patch_texts.diff'])
}

/** Patches with their submitter, delegate and series. */
export const patchesById = byIds<PatchRow>((db, ids) =>
  selectPatches(db).where((eb) => capabilities(db).anyOf(eb.ref('patches.id'), ids)),
)

/** The same with their long texts: for a patch that is shown alone. */
export const patchesWithTexts = byIds<PatchRow & Texts>((db, ids) =>
  selectPatchesWithTexts(db).where((eb) => capabilities(db).anyOf(eb.ref('patches.id'), ids)),
)

interface ByMessageId {
  project: number
  msgid: string
}

const patchOfMail = prepare<ByMessageId, PatchRow & Texts>((db, { project, msgid }) =>
  selectPatchesWithTexts(db)
    .where('patches.msgid', '=', msgid)
    .where('patches.project_id', '=', project)
    .$castTo<PatchRow & Texts>(),
)

/** The patch of a message id, with its long texts. */
export async function findPatchWithTexts(
  db: Database,
  project: number,
  msgid: string,
): Promise<(PatchRow & Texts) | undefined> {
  return (await patchOfMail(db, { project, msgid }))[0]
}

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
export const patchesByRelation = byIds<RelatedRow>((db, ids) =>
  db
    .selectFrom('patches')
    .select(['id', 'project_id', 'msgid', 'date', 'name', 'relation_id'])
    .where((eb) => capabilities(db).anyOf(eb.ref('relation_id'), ids))
    .orderBy('id'),
)

export interface SeriesPatchRow extends SubmissionRow {
  series_id: number
  number: number | null
}

/** The patches of some series, in the order they were sent; not those whose place another one has. */
export const patchesBySeries = byIds<SeriesPatchRow>((db, ids) =>
  db
    .selectFrom('patches')
    .select(['id', 'project_id', 'msgid', 'date', 'name', 'series_id', 'number'])
    .where((eb) => eb.or([eb('number', 'is not', null), eb('pull_url', 'is not', null)]))
    .where((eb) => capabilities(db).anyOf(eb.ref('series_id'), ids))
    .orderBy('date')
    .orderBy('id'),
)

export interface CoverRow extends SubmissionRow, PersonRow {
  submitter_id: number
  series_id: number | null
  series_name: string | null
  series_date: string
  series_version: number
}

function selectCovers(db: Database) {
  return db
    .selectFrom('covers')
    .innerJoin('people', 'people.id', 'covers.submitter_id')
    .leftJoin('series', 'series.cover_id', 'covers.id')
    .selectAll('covers')
    .select([...submitter, 'series.id as series_id'])
    .select(['series.name as series_name', 'series.date as series_date', 'series.version as series_version'])
}

export const coversById = byIds<CoverRow>((db, ids) =>
  selectCovers(db).where((eb) => capabilities(db).anyOf(eb.ref('covers.id'), ids)),
)

const coverOfMail = prepare<ByMessageId, CoverRow & Texts>((db, { project, msgid }) =>
  selectCovers(db)
    .innerJoin('cover_texts', 'cover_texts.cover_id', 'covers.id')
    .select(['cover_texts.headers', 'cover_texts.content', sql<null>`null`.as('diff')])
    .where('covers.msgid', '=', msgid)
    .where('covers.project_id', '=', project)
    .$castTo<CoverRow & Texts>(),
)

/** The cover of a message id, with its long texts. */
export async function findCoverWithTexts(
  db: Database,
  project: number,
  msgid: string,
): Promise<(CoverRow & Texts) | undefined> {
  return (await coverOfMail(db, { project, msgid }))[0]
}

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

export const seriesById = byIds<SeriesRow>((db, ids) =>
  db
    .selectFrom('series')
    .innerJoin('people', 'people.id', 'series.submitter_id')
    .leftJoin('covers', 'covers.id', 'series.cover_id')
    .selectAll('series')
    .select(submitter)
    .select(['covers.msgid as cover_msgid', 'covers.date as cover_date', 'covers.name as cover_name'])
    .where((eb) => capabilities(db).anyOf(eb.ref('series.id'), ids)),
)

export interface DependencyRow {
  series_id: number
  depends_on_id: number
}

/** All dependencies in which some series stand on either side. */
export const dependenciesOf = byIds<DependencyRow>((db, ids) =>
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
    .orderBy('depends_on_id'),
)

export type PatchCommentRow = Selectable<PatchCommentTable> & PersonRow
export type CoverCommentRow = Selectable<CoverCommentTable> & PersonRow

export const patchCommentsById = byIds<PatchCommentRow>((db, ids) =>
  db
    .selectFrom('patch_comments')
    .innerJoin('people', 'people.id', 'patch_comments.submitter_id')
    .selectAll('patch_comments')
    .select(submitter)
    .where((eb) => capabilities(db).anyOf(eb.ref('patch_comments.id'), ids)),
)

export const coverCommentsById = byIds<CoverCommentRow>((db, ids) =>
  db
    .selectFrom('cover_comments')
    .innerJoin('people', 'people.id', 'cover_comments.submitter_id')
    .selectAll('cover_comments')
    .select(submitter)
    .where((eb) => capabilities(db).anyOf(eb.ref('cover_comments.id'), ids)),
)

export interface PersonDetailRow {
  id: number
  name: string | null
  email: string
  user_id: number | null
}

export const peopleById = byIds<PersonDetailRow>((db, ids) =>
  db
    .selectFrom('people')
    .select(['id', 'name', 'email', 'user_id'])
    .where((eb) => capabilities(db).anyOf(eb.ref('id'), ids)),
)

export interface Texts {
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

/** Those of some numbers that patches have. */
export async function existingPatches(db: Database, ids: readonly number[]): Promise<number[]> {
  const rows = await db
    .selectFrom('patches')
    .select('id')
    .where((eb) => capabilities(db).anyOf(eb.ref('id'), ids))
    .execute()
  return rows.map(({ id }) => id)
}
