import { type Clauses, compare } from '../../db/filter.js'
import { idLister } from '../../db/pagination.js'

/** Filter of tokens; undefined fields match everything. */
export interface TokenFilter {
  /** Of this account. */
  readonly user?: number | undefined
}

const CLAUSES: Clauses<TokenFilter> = {
  user: (id) => compare('user_id', '=', id),
}

const ORDERS = { id: 'id', created: 'created' }

export type TokenOrder = keyof typeof ORDERS

/** The ids of one page of tokens, and the total number. */
export const listTokenIds = idLister('tokens', CLAUSES, ORDERS)
