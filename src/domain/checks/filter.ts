import { type Clauses, comparing, containing, DATES, type DateFilter, oneOf } from '../../db/filter.js'
import { idLister } from '../../db/pagination.js'

/** Filter of checks; undefined fields match everything. */
export interface CheckFilter extends DateFilter {
  readonly patch?: number | undefined
  /** Ids of the users who posted them. */
  readonly users?: readonly number[] | undefined
  /** 0 pending, 1 success, 2 warning, 3 fail */
  readonly state?: number | undefined
  readonly context?: string | undefined
  /** Each must occur in the context, ignoring case. */
  readonly words?: readonly string[] | undefined
}

const CLAUSES: Clauses<CheckFilter> = {
  patch: comparing('patch_id'),
  users: oneOf('user_id'),
  state: comparing('state'),
  context: comparing('context'),
  ...DATES,
  words: containing('context'),
}

const ORDERS = {
  id: 'id',
  date: 'date',
  user_id: 'user_id',
  state: 'state',
  context: 'context',
}

export type CheckOrder = keyof typeof ORDERS

/** The ids of one page of checks, and the total number. */
export const listCheckIds = idLister('checks', CLAUSES, ORDERS)
