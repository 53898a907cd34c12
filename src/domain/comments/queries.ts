import type { Selectable } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import type { CoverCommentTable, PatchCommentTable } from '../../db/schema.js'
import { type PersonRow, submitter } from '../people/queries.js'

/** Comments by number, with whoever sent them. */

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
