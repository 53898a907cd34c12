import { prepare } from '../../db/prepared.js'
import type { Database, Time } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { insertEvents } from '../events/updates.js'

export interface NewCheck {
  user_id: number
  date: Time
  /** 0 pending, 1 success, 2 warning, 3 fail */
  state: number
  context: string
  target_url: string | null
  description: string | null
}

interface Checked {
  id: number
  project_id: number
}

const insert = prepare<NewCheck & { patch_id: number }, { id: number }>(
  (db, { patch_id, user_id, date, state, context, target_url, description }) =>
    db
      .insertInto('checks')
      .values({ patch_id, user_id, date, state, context, target_url, description })
      .returning('id'),
)

const newestStates = prepare<{ patch: number }, { state: number; count: number }>((db, { patch }) =>
  db
    .selectFrom('checks')
    .select(['state', (eb) => eb.fn.countAll<number>().as('count')])
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('checks')
        .select((inner) => inner.fn.max('id').as('id'))
        .where('patch_id', '=', patch)
        .groupBy(['user_id', 'context']),
    )
    .groupBy('state'),
)

interface Counts {
  id: number
  pending: number
  success: number
  warning: number
  fail: number
}

const setCounts = prepare<Counts, never>((db, { id, pending, success, warning, fail }) =>
  db
    .updateTable('patches')
    .set({
      checks_pending: pending,
      checks_success: success,
      checks_warning: warning,
      checks_fail: fail,
    })
    .where('id', '=', id),
)

/** Brings up to date how many of a patch's newest checks, one for each context and user, are in each state. */
async function countChecks(db: Database, patch: number): Promise<void> {
  const rows = await newestStates(db, { patch })
  const [pending = 0, success = 0, warning = 0, fail = 0] = [0, 1, 2, 3].map(
    (state) => rows.find((row) => row.state === state)?.count ?? 0,
  )
  await setCounts(db, { id: patch, pending, success, warning, fail })
}

/** Stores one and the same check of some patches, and records that it came; gives the numbers, in order. */
export async function insertChecks(
  database: Database,
  patches: readonly Checked[],
  check: NewCheck,
): Promise<number[]> {
  return await transaction(database, async (db) => {
    const ids: number[] = []
    for (const patch of patches) {
      const [row] = await insert(db, { ...check, patch_id: patch.id })
      ids.push((row as { id: number }).id)
      await countChecks(db, patch.id)
    }
    await insertEvents(
      db,
      patches.map(({ id, project_id }, index) => ({
        category: 'check-created',
        project_id,
        patch_id: id,
        check_id: ids[index] as number,
        actor_id: check.user_id,
        date: check.date,
      })),
    )
    return ids
  })
}
