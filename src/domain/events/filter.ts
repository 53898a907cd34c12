import { sql } from 'kysely'
import { capabilities } from '../../db/dialect/dialect.js'
import {
  type Clauses,
  compare,
  comparing,
  condition,
  DATES,
  type DateFilter,
  oneOf,
} from '../../db/filter.js'
import { idLister } from '../../db/pagination.js'

/** Filter of events; undefined fields match everything. */
export interface EventFilter extends DateFilter {
  /** Excluded categories. */
  readonly hiddenCategories?: readonly string[] | undefined
  readonly projects?: readonly number[] | undefined
  readonly category?: string | undefined
  readonly series?: readonly number[] | undefined
  readonly patches?: readonly number[] | undefined
  readonly covers?: readonly number[] | undefined
  /** Ids of the users who caused them. */
  readonly actors?: readonly number[] | undefined
  /** Only events with a larger id. */
  readonly after?: number | undefined
}

const CLAUSES: Clauses<EventFilter> = {
  hiddenCategories: (categories) =>
    categories.map((each) => condition(`not ${each}`, sql`category <> ${sql.lit(each)}`, 'category')),
  projects: oneOf('project_id'),
  category: comparing('category'),
  series: oneOf('series_id'),
  patches: oneOf('patch_id'),
  covers: oneOf('cover_id'),
  actors: oneOf('actor_id'),
  ...DATES,
  after: (id) => {
    const clause = compare('id', '>', id)
    // Clients ask for what came after the last event that they know: nearly nothing, of however many events.
    return { ...clause, where: (db, last) => capabilities(db).rarely(clause.where(db, last)) }
  },
}

const ORDERS = {
  id: 'id',
  date: 'date',
}

export type EventOrder = keyof typeof ORDERS

/** The ids of one page of events, and the total number. */
export const listEventIds = idLister('events', CLAUSES, ORDERS)
