import { type Clauses, containing, oneOf, SENT } from '../../db/filter.js'
import { idLister } from '../../db/pagination.js'
import type { Time } from '../../db/schema.js'
import { type Submitter, submittedBy } from '../people/filter.js'

/** Filter of series; undefined fields match everything. */
export interface SeriesFilter {
  readonly projects?: readonly number[] | undefined
  readonly submitter?: Submitter | undefined
  /** The date in the mail. */
  readonly since?: Time | undefined
  readonly before?: Time | undefined
  /** The time of receipt. */
  readonly receivedSince?: Time | undefined
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
