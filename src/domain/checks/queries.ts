import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { prepare } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'

/** How many of a patch's newest checks are in each state. */
export interface CheckCounts {
  checks_pending: number
  checks_success: number
  checks_warning: number
  checks_fail: number
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
}

export const checksById = byIds<CheckRow>((db, ids) =>
  db
    .selectFrom('checks')
    .selectAll()
    .where((eb) => capabilities(db).anyOf(eb.ref('id'), ids)),
)

export interface NewestCheck extends CheckRow {
  username: string
}

const newest = prepare<{ patch: number; limit: number }, NewestCheck>((db, { patch, limit }) =>
  db
    .selectFrom('checks')
    .innerJoin('users', 'users.id', 'checks.user_id')
    .selectAll('checks')
    .select('users.username')
    .where('checks.id', 'in', (eb) =>
      eb
        .selectFrom('checks')
        .select((inner) => inner.fn.max('id').as('id'))
        .where('patch_id', '=', patch)
        .groupBy(['user_id', 'context']),
    )
    .orderBy('checks.id')
    .limit(limit),
)

/** A patch's newest checks, one for each context and user, in the order they came; at most `limit`. */
export async function listNewestChecks(db: Database, patch: number, limit: number): Promise<NewestCheck[]> {
  return await newest(db, { patch, limit })
}
