import { deleteByIds } from '../db/by-id.js'
import { capabilities } from '../db/dialect/dialect.js'
import type { Database, Schema } from '../db/schema.js'
import { transaction } from '../db/transaction.js'
import { releaseAnswers } from '../domain/comments/updates.js'
import { DERIVED_ROWS } from '../domain/derived-rows.js'
import { readerOf } from './copy.js'
import { IdSet, inGroups } from './id-set.js'
import type { ImportContext } from './import-context.js'
import type { Mapping } from './mapping.js'
import type { Row } from './row-reader.js'
import type { Value } from './source.js'
import { emptyTable, readImportRows, updateImportRow } from './store/import-rows.js'
import { deleteMoveProblems, insertMoveProblems } from './store/import-state.js'
import { MAPPINGS } from './tables/index.js'

/** Brings rows of an earlier import up to date. */

/** How many rows one statement deletes. */
const DELETE_BATCH = 500

/** Rows that were derived here from a row of the source. */
const DERIVED: Partial<Record<keyof Schema, readonly (readonly [keyof Schema, string])[]>> = DERIVED_ROWS

const STALE = 'it changed there, but another row has taken its place here'

/** How the ids here and in the source differ. */
export interface Difference {
  /** Here, but no longer in the source. */
  readonly deleted: IdSet
  /** In the source, before the cursor, and not here: late rows, and those that were skipped. */
  readonly missing: IdSet
}

/** Compares the numbers of a table; `reached` is the highest one that came before its mark. */
export async function compareIds(
  { source, lookups, onRows }: ImportContext,
  mapping: Mapping,
  reached: number | undefined,
): Promise<Difference> {
  const [there, deleted, missing] = [new IdSet(), new IdSet(), new IdSet()]
  const here = lookups.ids(mapping)
  for await (const { rows } of source.rows(mapping.source, [], { key: mapping.key })) {
    for (const [key] of rows) {
      const id = Number(key)
      if (!Number.isSafeInteger(id) || id < 0) continue
      there.add(id)
      if (reached !== undefined && id <= reached && !here.has(id)) missing.add(id)
    }
    onRows(rows.length)
  }
  for (const id of here) if (!there.has(id)) deleted.add(id)
  return { deleted, missing }
}

/**
 * Deletes rows that are gone from the source, beginning with those that no other row references. Rows that are still
 * referenced stay in `gone` for another attempt. Returns the number of deleted rows by table.
 */
export async function removeDeleted(
  context: ImportContext,
  differences: ReadonlyMap<Mapping, Difference>,
): Promise<ReadonlyMap<Mapping, number>> {
  const removed = new Map<Mapping, number>()
  if (![...differences.values()].some(({ deleted }) => deleted.size > 0)) return removed
  // These tables are copied again in any case, and reference rows that are to be deleted.
  for (const { kind, target } of MAPPINGS) if (kind === 'whole') await emptyTable(context.db, target)
  for (const mapping of MAPPINGS.toReversed()) {
    const deleted = differences.get(mapping)?.deleted
    if (deleted && deleted.size > 0) removed.set(mapping, await removeIds(context, mapping, deleted))
  }
  return removed
}

async function removeIds(context: ImportContext, mapping: Mapping, deleted: IdSet): Promise<number> {
  const before = deleted.size
  for (const ids of inGroups([...deleted], DELETE_BATCH)) {
    if (await tryToRemove(context, mapping, ids, deleted)) continue
    for (const id of ids) await tryToRemove(context, mapping, [id], deleted)
  }
  return before - deleted.size
}

async function tryToRemove(
  { db: database, lookups }: ImportContext,
  { target, texts, ...mapping }: Mapping,
  ids: readonly number[],
  deleted: IdSet,
): Promise<boolean> {
  try {
    await transaction(database, async (db) => {
      if (target === 'covers') await releaseAnswers(db, ids)
      if (texts) await deleteByIds(db, texts.target, ids, texts.key)
      for (const [table, column] of DERIVED[target] ?? []) await deleteByIds(db, table, ids, column)
      await deleteByIds(db, target, ids)
    })
  } catch (error) {
    if (!capabilities(database).isRowFault(error)) throw error
    return false
  }
  for (const id of ids) {
    deleted.delete(id)
    lookups.ids({ ...mapping, target }).delete(id)
  }
  return true
}

/** The target columns that a repeated import updates. */
function changingOf({ changing, fields }: Mapping): readonly string[] {
  return changing ?? Object.keys(fields).filter((name) => name !== 'id')
}

/** Brings the rows of a numbered table up to date that came earlier. Gives how many were changed. */
export async function syncChanges(context: ImportContext, mapping: Mapping): Promise<number> {
  const names = changingOf(mapping)
  if (names.length === 0) return 0
  const reader = readerOf(context, mapping, ['id', ...names])
  await deleteMoveProblems(context.db, mapping.target, { reason: STALE })
  let changed = 0
  for await (const { rows } of context.source.rows(mapping.source, reader.columns, { key: mapping.key })) {
    const read = rows
      .map((values: readonly Value[]) => reader.read(values))
      .filter(({ isSkipped }) => !isSkipped)
    changed += await updateRows(
      context,
      mapping,
      names,
      read.map(({ row }) => row),
    )
    context.onRows(rows.length)
  }
  return changed
}

/** What to change of a row. */
interface Update {
  readonly id: number
  readonly change: Row
}

async function updateRows(
  { db: database }: ImportContext,
  mapping: Mapping,
  names: readonly string[],
  rows: readonly Row[],
): Promise<number> {
  const ids = rows.map(({ id }) => id as number)
  const current = new Map(
    (await readImportRows(database, mapping.target, ['id', ...names], ids)).map((row) => [row.id, row]),
  )
  const updates = rows.flatMap((row): Update[] => {
    const now = current.get(row.id)
    const different = now ? names.filter((name) => row[name] !== now[name]) : []
    const change = Object.fromEntries(different.map((name) => [name, row[name] ?? null]))
    return different.length > 0 ? [{ id: row.id as number, change }] : []
  })
  if (updates.length === 0) return 0
  try {
    await transaction(database, async (db) => {
      for (const { id, change } of updates) await updateImportRow(db, mapping.target, id, change)
    })
    return updates.length
  } catch (error) {
    if (!capabilities(database).isRowFault(error)) throw error
    return await updateOneByOne(database, mapping, updates)
  }
}

async function updateOneByOne(
  db: Database,
  { target, fields }: Mapping,
  updates: readonly Update[],
): Promise<number> {
  let changed = 0
  for (const { id, change } of updates) {
    try {
      await updateImportRow(db, target, id, change)
      changed++
    } catch (error) {
      if (!capabilities(db).isRowFault(error)) throw error
      // A row that gave way when it came has said so.
      if (Object.keys(change).every((name) => fields[name]?.mayBeCleared)) continue
      await insertMoveProblems(db, [
        { table_name: target, row_key: String(id), reason: STALE, is_left_out: false },
      ])
    }
  }
  return changed
}
