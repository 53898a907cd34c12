import type { Selectable } from 'kysely'
import { byIds, existingIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { prepare } from '../../db/prepared.js'
import type { Database, PatchTable } from '../../db/schema.js'
import type { CombinableChecks } from '../checks/queries.js'
import {
  type ByMessageId,
  type SmallTexts,
  type SubmissionRow,
  smallTexts,
  type Texts,
} from '../mails/submissions.js'
import { type PersonRow, submitter } from '../people/queries.js'

/** Patches by number, message id, relation or series, with what their answers show of other tables. */

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

/** A patch that is shown alone. */
export interface SinglePatchRow extends PatchRow, SmallTexts {
  /** The hash of its mail; null until it is computed. */
  sha256: string | null
}

/** The same with their hashes, and with their texts where those are small: for a patch that is shown alone. */
export const patchesWithSmallTexts = byIds<SinglePatchRow>((db, ids) =>
  selectPatches(db)
    .innerJoin('patch_texts', 'patch_texts.patch_id', 'patches.id')
    .leftJoin('patch_hashes', 'patch_hashes.patch_id', 'patches.id')
    .select('patch_hashes.sha256')
    .select(smallTexts(['headers', 'content', 'diff']))
    .where((eb) => capabilities(db).anyOf(eb.ref('patches.id'), ids))
    .$castTo<SinglePatchRow>(),
)

/** The same with their texts, however long. */
export const patchesWithTexts = byIds<PatchRow & Texts>((db, ids) =>
  selectPatchesWithTexts(db).where((eb) => capabilities(db).anyOf(eb.ref('patches.id'), ids)),
)

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

export interface SeriesPatchRow extends SubmissionRow, CombinableChecks {
  series_id: number
  number: number | null
  state_id: number
}

/**
 * The patches of some series, in the order they were sent, those of one second in that of their numbers; not those whose
 * place another one has.
 */
export const patchesBySeries = byIds<SeriesPatchRow>((db, ids) =>
  db
    .selectFrom('patches')
    .select(['id', 'project_id', 'msgid', 'date', 'name', 'series_id', 'number', 'state_id'])
    .select(['checks_pending', 'checks_success', 'checks_warning', 'checks_fail', 'checks_pending_until'])
    .where((eb) => eb.or([eb('number', 'is not', null), eb('pull_url', 'is not', null)]))
    .where((eb) => capabilities(db).anyOf(eb.ref('series_id'), ids))
    .orderBy('date')
    .orderBy((eb) => eb.fn.coalesce('number', eb.lit(0)))
    .orderBy('id'),
)

/** Those of some numbers that patches have. */
export function existingPatches(db: Database, ids: readonly number[]): Promise<number[]> {
  return existingIds(db, 'patches', ids)
}
