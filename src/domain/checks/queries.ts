import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { prepare, prepareForTexts } from '../../db/prepared.js'
import type { Database, Time } from '../../db/schema.js'

/** How many of a patch's newest checks are in each state. */
export interface CheckCounts {
  checks_pending: number
  checks_success: number
  checks_warning: number
  checks_fail: number
}

/** The same with what says whether they have all ended. */
export interface CombinableChecks extends CheckCounts {
  /** When the last pending one expires; null if there is none, or one that does not expire. */
  checks_pending_until: Time | null
}

export interface CheckRow {
  id: number
  patch_id: number
  user_id: number
  date: string
  state: number
  target_url: string | null
  context: string
  description: string | null
  revision_tree: string | null
  revision_commit: string | null
  expires: Time | null
}

const COLUMNS = [
  ...(['checks.id', 'checks.patch_id', 'checks.user_id', 'checks.date', 'checks.state'] as const),
  ...(['checks.target_url', 'checks.context', 'checks.description'] as const),
  ...(['checks.revision_tree', 'checks.revision_commit', 'checks.expires'] as const),
] as const

export const checksById = byIds<CheckRow>((db, ids) =>
  db
    .selectFrom('checks')
    .select(COLUMNS)
    .where((eb) => capabilities(db).anyOf(eb.ref('id'), ids)),
)

export interface NewestCheck extends CheckRow {
  username: string
}

const newest = prepare<{ patch: number; limit: number }, NewestCheck>((db, { patch, limit }) =>
  db
    .selectFrom('newest_checks')
    .innerJoin('checks', 'checks.id', 'newest_checks.check_id')
    .innerJoin('users', 'users.id', 'checks.user_id')
    .select(COLUMNS)
    .select('users.username')
    .where('newest_checks.patch_id', '=', patch)
    .orderBy('checks.id')
    .limit(limit),
)

/** A patch's newest checks, one for each context and user, in the order they came; at most `limit`. */
export async function listNewestChecks(db: Database, patch: number, limit: number): Promise<NewestCheck[]> {
  return await newest(db, { patch, limit })
}

/** A check that was posted with an idempotency key. */
export interface KeyedCheck {
  id: number
  patch_id: number
  idempotency_key: string
  request_digest: string
}

const keyed = prepareForTexts<{ user: number }, KeyedCheck>((db, { user }, keys) =>
  db
    .selectFrom('checks')
    .select(['id', 'patch_id', 'idempotency_key', 'request_digest'])
    .where('user_id', '=', user)
    .where('idempotency_key', 'in', keys)
    .where('idempotency_key', 'is not', null)
    .orderBy('id')
    .$castTo<KeyedCheck>(),
)

/** The checks that an account posted with some keys, in the order they came. */
export async function checksByKey(
  db: Database,
  user: number,
  keys: readonly string[],
): Promise<Map<string, KeyedCheck[]>> {
  const rows = await keyed(db, { user }, keys)
  return Map.groupBy(rows, ({ idempotency_key }) => idempotency_key)
}
