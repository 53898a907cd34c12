import type { Generated } from 'kysely'
import type { Time } from '../util/time.js'

export interface CheckTable {
  id: Generated<number>
  patch_id: number
  user_id: number
  date: Time
  /** 0 pending, 1 success, 2 warning, 3 fail */
  state: number
  target_url: string | null
  context: string
  description: string | null
  /** Hashes of what was tested: the patch applied to some base. */
  revision_tree: Generated<string | null>
  revision_commit: Generated<string | null>
  /** When a pending check that has not been replaced counts as gone. */
  expires: Generated<Time | null>
  /** The name that its poster gave to the request, and SHA-256 of what that said. */
  idempotency_key: Generated<string | null>
  request_digest: Generated<string | null>
}

/** The contexts of which every patch of a project needs a check. */
export interface RequiredContextTable {
  project_id: number
  context: string
}

/** The newest check of each patch, context and user; triggers keep it (`dialect/dialect.ts`). */
export interface NewestCheckTable {
  patch_id: number
  context: string
  user_id: number
  check_id: number
  /** Those of the check. */
  state: number
  expires: Time | null
}

/** One row once a replaced check was deleted: up to which check that was done. */
export interface CheckRetentionTable {
  id: Generated<number>
  position: number
}

/** Checks, and which of them projects require. */
export interface CheckTables {
  checks: CheckTable
  newest_checks: NewestCheckTable
  check_retention: CheckRetentionTable
  required_contexts: RequiredContextTable
}
