import { type Clauses, comparing, containing, oneOf, SENT, type SentFilter } from '../../db/filter.js'
import { idLister } from '../../db/pagination.js'
import { type Submitter, submittedBy } from '../people/filter.js'
import { BY_PROJECT } from '../projects/filter.js'

/** Filter of cover letters; undefined fields match everything. */
export interface CoverFilter extends SentFilter {
  readonly projects?: readonly number[] | undefined
  readonly ids?: readonly number[] | undefined
  readonly submitter?: Submitter | undefined
  /** With its angle brackets. */
  readonly msgid?: string | undefined
  /** Each must occur in the name, ignoring case. */
  readonly words?: readonly string[] | undefined
}

const CLAUSES: Clauses<CoverFilter> = {
  projects: oneOf('project_id'),
  ids: oneOf('id'),
  submitter: submittedBy,
  msgid: comparing('msgid'),
  ...SENT,
  words: containing('name'),
}

const ORDERS = {
  id: 'id',
  name: 'name',
  date: 'date',
  submitter_id: 'submitter_id',
  project: BY_PROJECT,
}

export type CoverOrder = keyof typeof ORDERS

/** The ids of one page of cover letters, and the total number. */
export const listCoverIds = idLister('covers', CLAUSES, ORDERS)
