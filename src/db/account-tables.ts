import type { Generated } from 'kysely'
import type { Flag, OptionalFlag, Time } from './schema.js'

/** An account, with its settings: there is exactly one set of them for each, so they share the row. */
export interface UserTable {
  id: Generated<number>
  username: string
  first_name: string
  last_name: string
  email: string
  /** A hash in one of the forms that `policy`'s login knows; `!` where no password opens the account. */
  password: string
  is_superuser: OptionalFlag
  is_active: OptionalFlag
  joined: Time
  last_login: Time | null
  send_email: OptionalFlag
  items_per_page: Generated<number>
  show_ids: OptionalFlag
  /** What lists of patches show first: `series` or `patches`, as that of projects; blank: what the project says. */
  list_view: Generated<string>
}

/** Logins of browsers; only the digests of their cookies are kept. */
export interface SessionTable {
  id: Generated<number>
  /** SHA-256 of the cookie, hex. */
  digest: string
  user_id: number
  created: Time
  expires: Time
  /** The user agent of the browser, so that its owner recognises it. */
  agent: string
}

/** Something that becomes true once the address it was mailed to has answered. */
export interface ConfirmationTable {
  id: Generated<number>
  type: string
  email: string
  user_id: number | null
  /** SHA-256 of the key that was mailed, hex; of those that the Python Patchwork made, the key itself. */
  key: string
  date: Time
  active: Flag
}

/** Addresses that want no mail from us. */
export interface OptOutTable {
  email: string
}

/** Accounts, and what is known of addresses. */
export interface AccountTables {
  users: UserTable
  sessions: SessionTable
  confirmations: ConfirmationTable
  opt_outs: OptOutTable
}
