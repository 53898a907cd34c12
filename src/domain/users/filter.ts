import { type Clauses, containing } from '../../db/filter.js'
import { idLister } from '../../db/pagination.js'

/** Which users; what is undefined does not matter. */
export interface UserFilter {
  /** Each is in a name or the address, whatever its case. */
  readonly words?: readonly string[] | undefined
}

const CLAUSES: Clauses<UserFilter> = { words: containing('username', 'first_name', 'last_name', 'email') }

const ORDERS = { id: 'id', username: 'username', email: 'email' }

export type UserOrder = keyof typeof ORDERS

/** The numbers of one page of users, and how many all pages have. */
export const listUserIds = idLister('users', CLAUSES, ORDERS)
