import { sql } from 'kysely'
import { deleteByIds } from '../../db/by-id.js'
import type { ChangeItemTable } from '../../db/change-tables.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { insertRows, prepare } from '../../db/prepared.js'
import type { Database, Time } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import type { Actor } from '../actor.js'

/** Records what was changed of patches and series, in the transaction that changes it. */

/** One field that became different. */
export type NewItem = Pick<ChangeItemTable, 'field' | 'before' | 'after'> &
  Partial<Pick<ChangeItemTable, 'before_text' | 'after_text'>> &
  ({ readonly patch_id: number } | { readonly series_id: number })

/** Why something is changed, if not by hand. */
export interface Origin {
  /** The rule that decided it, such as `superseded`; undefined: by hand. */
  readonly rule?: string | undefined
  /** What it relied on, to be read by people. */
  readonly evidence?: string | undefined
  /** The batch that is undone, and what that belongs to. */
  readonly undoes?: { id: number; origin: number; isRedo: boolean } | undefined
}

/** Maximum number of characters of evidence. */
const MAX_EVIDENCE = 300

type BatchRow = Pick<Actor, 'name' | 'way' | 'time'> & {
  project: number
  actor: number | null
  rule: string | null
  evidence: string | null
  undoes: number | null
  origin: number | null
  redo: number
}

const insertBatch = prepare<BatchRow, { id: number }>((db, row) =>
  db
    .insertInto('change_batches')
    .values({
      project_id: row.project,
      time: row.time,
      actor: row.name,
      actor_id: row.actor,
      way: row.way,
      rule: row.rule,
      evidence: row.evidence,
      undoes_id: row.undoes,
      origin_id: row.origin,
      is_redo: row.redo,
    })
    .returning('id'),
)

/** Records changes of one project that were made together; returns the id of the batch, undefined without changes. */
export async function recordBatch(
  db: Database,
  actor: Actor,
  projectId: number,
  items: readonly NewItem[],
  { rule, evidence, undoes }: Origin = {},
): Promise<number | undefined> {
  if (items.length === 0) return undefined
  if (!db.isTransaction) throw new Error('A change is recorded by the transaction that makes it.')
  const [batch] = await insertBatch(db, {
    project: projectId,
    actor: actor.id,
    name: actor.name,
    way: actor.way,
    time: actor.time,
    rule: rule ?? null,
    evidence: evidence?.slice(0, MAX_EVIDENCE) ?? null,
    undoes: undoes?.id ?? null,
    origin: undoes?.origin ?? null,
    redo: Number(undoes?.isRedo ?? false),
  })
  const { id } = batch as { id: number }
  const empty = { patch_id: null, series_id: null, before_text: null, after_text: null }
  const rows = items.map((item) => ({ ...empty, ...item, batch_id: id }))
  await insertRows(db, 'change_items', rows)
  return id
}

/** Maximum number of batches that one transaction deletes. */
const DELETED_AT_ONCE = 200

/** Deletes the batches from before a time, in short transactions; returns their number. */
export async function deleteBatchesBefore(
  database: Database,
  before: Time,
  signal: AbortSignal,
): Promise<number> {
  let count = 0
  while (!signal.aborted) {
    const deleted = await transaction(database, async (db) => {
      const rows = await db
        .selectFrom('change_batches')
        .select('id')
        .where('time', '<', before)
        .orderBy('time')
        .limit(DELETED_AT_ONCE)
        .execute()
      const ids = rows.map(({ id }) => id)
      if (ids.length === 0) return 0
      await deleteByIds(db, 'change_items', ids, 'batch_id')
      await deleteByIds(db, 'change_batches', ids)
      return ids.length
    })
    count += deleted
    if (deleted < DELETED_AT_ONCE) break
  }
  return count
}

/** Deletes what a rule changed of a patch, because its reason was wrong. */
export async function deleteRuleChanges(db: Database, patch: number, rule: string): Promise<void> {
  const rows = await db
    .selectFrom('change_items as i')
    .innerJoin('change_batches as b', 'b.id', 'i.batch_id')
    .select('b.id')
    .where('i.patch_id', '=', patch)
    .where('b.rule', '=', rule)
    .execute()
  const batches = [...new Set(rows.map(({ id }) => id))]
  if (batches.length === 0) return
  const isOfThem = (column: string) => capabilities(db).anyOf(sql.ref(column), batches)
  await db.deleteFrom('change_items').where('patch_id', '=', patch).where(isOfThem('batch_id')).execute()
  const kept = db.selectFrom('change_items').select('batch_id').where(isOfThem('batch_id'))
  await db.deleteFrom('change_batches').where(isOfThem('id')).where('id', 'not in', kept).execute()
}

/**
 * Marks changes as undone by a batch. Of a chain of undos its first batch tells whether its changes are in effect: an
 * undo of its undo makes them count again.
 */
export async function markUndone(
  db: Database,
  { id, origin, isRedo }: NonNullable<Origin['undoes']>,
  by: number,
  items: readonly Pick<ChangeItemTable, 'patch_id' | 'series_id' | 'field'>[],
): Promise<void> {
  for (const [field, own] of Map.groupBy(items, (item) => item.field))
    for (const column of ['patch_id', 'series_id'] as const) {
      const ids = own.flatMap((item) => item[column] ?? [])
      if (ids.length === 0) continue
      const mark = async (batch: number, undone_id: number | null) =>
        await db
          .updateTable('change_items')
          .set({ undone_id })
          .where('batch_id', '=', batch)
          .where('field', '=', field)
          .where(capabilities(db).anyOf(sql.ref(column), ids))
          .execute()
      await mark(id, by)
      if (origin !== id) await mark(origin, isRedo ? null : by)
    }
}
