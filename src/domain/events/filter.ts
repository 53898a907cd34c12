import { sql } from 'kysely'
import { type Clauses, comparing, condition, oneOf, SENT } from '../../db/filter.js'
import { idLister } from '../../db/pagination.js'
import type { Time } from '../../db/schema.js'

/** Which events; what is undefined does not matter. */
export interface EventFilter {
  /** Categories that are left out. */
  readonly hiddenCategories?: readonly string[] | undefined
  readonly projects?: readonly number[] | undefined
  readonly category?: string | undefined
  readonly series?: readonly number[] | undefined
  readonly patches?: readonly number[] | undefined
  readonly covers?: readonly number[] | undefined
  /** Numbers of the users who made them. */
  readonly actors?: readonly number[] | undefined
  readonly since?: Time | undefined
  readonly before?: Time | undefined
  /** Only those with a larger number. */
  readonly after?: number | undefined
}

const CLAUSES: Clauses<EventFilter> = {
  hiddenCategories: (categories) =>
    categories.map((each) => condition(`not ${each}`, sql`category <> ${sql.lit(each)}`)),
  projects: oneOf('project_id'),
  category: comparing('category'),
  series: oneOf('series_id'),
  patches: oneOf('patch_id'),
  covers: oneOf('cover_id'),
  actors: oneOf('actor_id'),
  since: SENT.since,
  before: SENT.before,
  after: comparing('id', '>'),
}

const ORDERS = {
  id: 'id',
  date: 'date',
}

export type EventOrder = keyof typeof ORDERS

/** The numbers of one page of events, and how many all pages have. */
export const listEventIds = idLister('events', CLAUSES, ORDERS)
