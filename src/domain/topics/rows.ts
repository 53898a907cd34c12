/**
 * The rows that are derived from patches, covers and series to find versions and to suggest changes, by foreign key
 * column: they go with them.
 * In an order in which they can be deleted.
 */
export const TOPIC_ROWS = {
  patches: [
    ['topic_mentions', 'patch_id'],
    ['suggestion_items', 'patch_id'],
    ['patch_keys', 'patch_id'],
  ],
  covers: [['topic_mentions', 'cover_id']],
  series: [
    ['topic_links', 'series_id'],
    ['topic_links', 'earlier_id'],
    ['topic_decisions', 'series_id'],
    ['topic_decisions', 'earlier_id'],
    ['topic_members', 'series_id'],
    ['series_events', 'series_id'],
    ['series_events', 'other_id'],
  ],
} as const
