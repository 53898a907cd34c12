import { type Clauses, containing, oneOf, SENT } from '../../db/filter.js'
import { idLister } from '../../db/pagination.js'
import type { Time } from '../../db/schema.js'
import { type Submitter, submittedBy } from '../people/filter.js'

/** Which series; what is undefined does not matter. */
export interface SeriesFilter {
  readonly projects?: readonly number[] | undefined
  readonly submitter?: Submitter | undefined
  /** When they were sent, by the clocks of their senders. */
  readonly since?: Time | undefined
  readonly before?: Time | undefined
  /** When they reached the server. */
  readonly receivedSince?: Time | undefined
  /** Each is in the name, whatever its case. */
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

/** The numbers of one page of series, and how many all pages have. */
export const listSeriesIds = idLister('series', CLAUSES, ORDERS)
