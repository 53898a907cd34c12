import type { Generated } from 'kysely'
import type { Time } from './schema.js'

/** API tokens; only their digests are kept. */
export interface TokenTable {
  id: Generated<number>
  user_id: number
  /** SHA-256 of the token, hex. The token is 160 random bits, so no slow hash is needed. */
  digest: string
  created: Time
  /** Empty: the account's one token without limits, as the Python Patchwork has it. */
  name: Generated<string>
  /** The user name of who made it, at that time. */
  made_by: Generated<string>
  /** JSON list of scopes; null: all. */
  scopes: Generated<string | null>
  /** JSON list of project ids; null: all projects. */
  projects: Generated<string | null>
  /** JSON list of patterns of check contexts; null: all contexts. */
  contexts: Generated<string | null>
  expires: Generated<Time | null>
  /** Written every few minutes at most. */
  last_used: Generated<Time | null>
  /** When its owner was warned that it expires. */
  warned: Generated<Time | null>
}

/** Who may post checks on the patches of a project. */
export interface CheckerTable {
  user_id: number
  project_id: number
}

/** Accounts that no password opens: the maintainers of their project make their tokens. */
export interface BotTable {
  user_id: number
  project_id: number
}
