/**
 * The rows that are derived from patches, covers, series and comments, by foreign key column: they are deleted with them,
 * in this order.
 */
export const DERIVED_ROWS = {
  patches: [
    ['patch_hashes', 'patch_id'],
    ['trailers', 'patch_id'],
    ['topic_mentions', 'patch_id'],
    ['suggestion_items', 'patch_id'],
    ['patch_keys', 'patch_id'],
  ],
  covers: [
    ['trailers', 'cover_id'],
    ['topic_mentions', 'cover_id'],
  ],
  series: [
    ['topic_links', 'series_id'],
    ['topic_links', 'earlier_id'],
    ['topic_decisions', 'series_id'],
    ['topic_decisions', 'earlier_id'],
    ['topic_members', 'series_id'],
    ['series_events', 'series_id'],
    ['series_events', 'other_id'],
  ],
  patch_comments: [['trailers', 'patch_comment_id']],
  cover_comments: [['trailers', 'cover_comment_id']],
} as const
