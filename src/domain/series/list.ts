import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { inOrder, type Order } from '../../db/pagination.js'
import type { Database, Time } from '../../db/schema.js'
import type { CheckCounts } from '../checks/queries.js'
import { COUNTED } from '../patches/list.js'
import { listSeriesIds, type SeriesFilter, type SeriesOrder } from './filter.js'
import { type SeriesRow, seriesById } from './queries.js'

/** Lists of series as the pages show them. */

/** Patch counts of a series by state, and their checks. */
export interface SeriesState extends CheckCounts {
  series_id: number
  state_id: number
  count: number
  /** The date of the newest of these patches. */
  last_date: Time
}

/** One line of a list. */
export interface SeriesLine extends SeriesRow {
  readonly states: readonly SeriesState[]
}

export interface SeriesPage {
  rows: SeriesLine[]
  /** Total number, counted up to `COUNTED` rows after the page. */
  total: number
  isMore: boolean
}

/** One page of a project's series. */
export async function listSeries(
  db: Database,
  filter: SeriesFilter,
  order: Order<SeriesOrder>,
  { limit, offset }: { limit: number; offset: number },
): Promise<SeriesPage> {
  const most = offset + COUNTED
  const { ids, total } = await listSeriesIds(db, filter, [order], { limit, offset, most })
  return { rows: await listSeriesLines(db, ids), total, isMore: total === most }
}

/** The lines of some series, in the order of `ids`. */
export async function listSeriesLines(db: Database, ids: readonly number[]): Promise<SeriesLine[]> {
  const [rows, states] = await Promise.all([seriesById(db, ids), statesBySeries(db, ids)])
  const bySeries = Map.groupBy(states, ({ series_id }) => series_id)
  return inOrder(ids, rows).map((row) => ({ ...row, states: bySeries.get(row.id) ?? [] }))
}

/** Number of patches received. */
export function countOfReceived({ states }: SeriesLine): number {
  return states.reduce((sum, { count }) => sum + count, 0)
}

const statesBySeries = byIds<SeriesState>((db, ids) =>
  db
    .selectFrom('patches')
    .innerJoin('states', 'states.id', 'patches.state_id')
    .select(['series_id', 'state_id', (eb) => eb.fn.countAll<number>().as('count')])
    .select((eb) => eb.fn.max('patches.date').as('last_date'))
    .select((eb) => [
      eb.fn.sum<number>('checks_pending').as('checks_pending'),
      eb.fn.sum<number>('checks_success').as('checks_success'),
      eb.fn.sum<number>('checks_warning').as('checks_warning'),
      eb.fn.sum<number>('checks_fail').as('checks_fail'),
    ])
    .where((eb) => capabilities(db).anyOf(eb.ref('series_id'), ids))
    .where('number', 'is not', null)
    .groupBy(['series_id', 'state_id', 'states.ordering'])
    .orderBy('series_id')
    .orderBy('states.ordering'),
)
