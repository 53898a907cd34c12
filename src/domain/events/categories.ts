import { SERIES_CATEGORIES } from '../series-events/filter.js'

/** The categories of the table `events`. */
const EVENT_CATEGORIES = [
  'cover-created',
  'patch-created',
  'patch-completed',
  'patch-state-changed',
  'patch-delegated',
  'patch-relation-changed',
  'check-created',
  'patch-comment-created',
  'cover-comment-created',
  'series-created',
  'series-completed',
] as const

/** All categories of events, also those that lists show only where a request names them. */
export const CATEGORIES: readonly string[] = [...EVENT_CATEGORIES, ...SERIES_CATEGORIES]
