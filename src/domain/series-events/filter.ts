import { sql } from 'kysely'
import { type Clauses, comparing, condition, DATES, oneOf } from '../../db/filter.js'
import { idLister } from '../../db/pagination.js'
import type { EventFilter } from '../events/filter.js'

/** The categories of events that are listed only where a request names them. */
export const SERIES_CATEGORIES = ['series-version-linked', 'series-superseded', 'check-requested'] as const

export type SeriesCategory = (typeof SERIES_CATEGORIES)[number]

export function isSeriesCategory(category: string | undefined): category is SeriesCategory {
  return SERIES_CATEGORIES.includes(category as SeriesCategory)
}

const nothing = () => condition('nothing', sql`1 = 0`)

const CLAUSES: Clauses<EventFilter> = {
  hiddenCategories: () => [],
  projects: oneOf('project_id'),
  category: comparing('category'),
  series: oneOf('series_id'),
  patches: nothing,
  covers: nothing,
  actors: oneOf('actor_id'),
  ...DATES,
  after: comparing('id', '>'),
}

/** The ids of one page of events of these categories, and the total number. */
export const listSeriesEventIds = idLister('series_events', CLAUSES, { id: 'id', date: 'date' })
