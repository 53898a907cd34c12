import { type Clauses, containing } from '../../db/filter.js'
import { idLister } from '../../db/pagination.js'

/** Filter of users; undefined fields match everything. */
export interface UserFilter {
  /** Each must occur in a name or the address, ignoring case. */
  readonly words?: readonly string[] | undefined
}

const CLAUSES: Clauses<UserFilter> = { words: containing('username', 'first_name', 'last_name', 'email') }

const ORDERS = { id: 'id', username: 'username', email: 'email' }

export type UserOrder = keyof typeof ORDERS

/** The ids of one page of users, and the total number. */
export const listUserIds = idLister('users', CLAUSES, ORDERS)
