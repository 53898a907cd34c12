import { comparing } from '../../db/filter.js'
import { idLister } from '../../db/pagination.js'

/** Filter of comments; undefined fields match everything. */
export interface CommentFilter {
  /** The id of the patch or the cover letter. */
  readonly parent?: number | undefined
}

const ORDERS = { id: 'id', date: 'date', submitter_id: 'submitter_id' }

export type CommentOrder = keyof typeof ORDERS

/** The ids of one page of comments on patches, and the total number. */
export const listPatchCommentIds = idLister<CommentFilter, CommentOrder>(
  'patch_comments',
  { parent: comparing('patch_id') },
  ORDERS,
)

/** The same for comments on cover letters. */
export const listCoverCommentIds = idLister<CommentFilter, CommentOrder>(
  'cover_comments',
  { parent: comparing('cover_id') },
  ORDERS,
)
