import { type Clauses, containing, oneOf, SENT, type SentFilter } from '../../db/filter.js'
import { idLister } from '../../db/pagination.js'
import { type Submitter, submittedBy } from '../people/filter.js'

/** Filter of series; undefined fields match everything. */
export interface SeriesFilter extends SentFilter {
  readonly projects?: readonly number[] | undefined
  readonly submitter?: Submitter | undefined
  /** Each must occur in the name, ignoring case. */
  readonly words?: readonly string[] | undefined
}

const CLAUSES: Clauses<SeriesFilter> = {
  projects: oneOf('project_id'),
  submitter: submittedBy,
  ...SENT,
  words: containing('name'),
}

const ORDERS = {
  id: 'id',
  name: 'name',
  date: 'date',
  submitter_id: 'submitter_id',
  received_all: '(total <= (select count(number) from patches where series_id = series.id))',
}

export type SeriesOrder = keyof typeof ORDERS

/** The ids of one page of series, and the total number. */
export const listSeriesIds = idLister('series', CLAUSES, ORDERS)
