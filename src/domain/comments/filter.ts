import { comparing } from '../../db/filter.js'
import { idLister } from '../../db/pagination.js'

/** Which comments; what is undefined does not matter. */
export interface CommentFilter {
  /** The number of the patch or the cover letter. */
  readonly parent?: number | undefined
}

const ORDERS = { id: 'id', date: 'date' }

export type CommentOrder = keyof typeof ORDERS

/** The numbers of one page of comments on patches, and how many all pages have. */
export const listPatchCommentIds = idLister<CommentFilter, CommentOrder>(
  'patch_comments',
  { parent: comparing('patch_id') },
  ORDERS,
)

/** The same of comments on cover letters. */
export const listCoverCommentIds = idLister<CommentFilter, CommentOrder>(
  'cover_comments',
  { parent: comparing('cover_id') },
  ORDERS,
)
