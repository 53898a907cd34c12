import { sql } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { prepareShapes, rawQuery, rowsAtOnce, rowValues } from '../../db/prepared.js'
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
  revision_tree?: string | null
  revision_commit?: string | null
  expires?: Time | null
  idempotency_key?: string | null
  request_digest?: string | null
}

/** What a check is posted on. */
interface Checked {
  id: number
  project_id: number
}

/** A check of one patch. */
export interface PatchCheck {
  patch: Checked
  check: NewCheck
}

const COLUMNS = [
  ...(['patch_id', 'user_id', 'date', 'state', 'context', 'target_url', 'description'] as const),
  ...(['revision_tree', 'revision_commit', 'expires', 'idempotency_key', 'request_digest'] as const),
]

const insertRows = prepareShapes<readonly unknown[], { id: number }, number>((db, values, rows) =>
  db
    .insertInto('checks')
    .values(
      Array.from({ length: rows }, (_, row) => {
        const cells = COLUMNS.map((column, at) => [column, values[row * COLUMNS.length + at]])
        return Object.fromEntries(cells)
      }),
    )
    .returning('id'),
)

/** How many of some patches' newest checks, one for each context and user, are in each state. */
const countNewest = byIds<never>((db, ids) =>
  rawQuery(
    db,
    sql<never>`
      update patches set checks_pending = c.pending, checks_success = c.success, checks_warning = c.warning,
        checks_fail = c.fail, checks_pending_until = c.pending_until
      from (
        select patch_id, count(*) filter (where state = 0) as pending, count(*) filter (where state = 1) as success,
          count(*) filter (where state = 2) as warning, count(*) filter (where state = 3) as fail,
          case when count(*) filter (where state = 0 and expires is null) = 0
            then max(expires) filter (where state = 0) end as pending_until
        from newest_checks where ${capabilities(db).anyOf(sql.ref('patch_id'), ids)}
        group by patch_id) as c
      where patches.id = c.patch_id`,
  ),
)

/** Stores one and the same check of some patches; returns the ids, in their order. */
export async function insertChecks(
  database: Database,
  patches: readonly Checked[],
  check: NewCheck,
): Promise<number[]> {
  return await insertPatchChecks(
    database,
    patches.map((patch) => ({ patch, check })),
  )
}

/** Stores checks and records that they came; returns the ids, in their order. */
export async function insertPatchChecks(
  database: Database,
  checks: readonly PatchCheck[],
): Promise<number[]> {
  if (checks.length === 0) return []
  return await transaction(database, async (db) => {
    const ids = await insertAll(
      db,
      checks.map(({ patch, check }) => ({ ...check, patch_id: patch.id })),
    )
    await countNewest(db, [...new Set(checks.map(({ patch }) => patch.id))])
    await insertEvents(
      db,
      checks.map(({ patch, check }, index) => ({
        category: 'check-created',
        project_id: patch.project_id,
        patch_id: patch.id,
        check_id: ids[index] as number,
        actor_id: check.user_id,
        date: check.date,
      })),
    )
    return ids
  })
}

async function insertAll(db: Database, checks: readonly (NewCheck & { patch_id: number })[]) {
  const ids: number[] = []
  for (let start = 0; start < checks.length; ) {
    const rows = rowsAtOnce(checks.length - start)
    const values = rowValues(
      checks.slice(start, start + rows) as unknown as Record<string, unknown>[],
      COLUMNS,
    )
    const inserted = await insertRows(db, values, rows, String(rows))
    // Ids rise in the order of the rows; the order in which they are returned is up to the database.
    ids.push(...inserted.map(({ id }) => id).toSorted((a, b) => a - b))
    start += rows
  }
  return ids
}
