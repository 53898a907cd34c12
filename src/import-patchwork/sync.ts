import { deleteByIds } from '../db/by-id.js'
import { capabilities } from '../db/dialect/dialect.js'
import type { Database } from '../db/schema.js'
import { transaction } from '../db/transaction.js'
import { readerOf } from './copy.js'
import { IdSet, inGroups } from './id-set.js'
import type { Work } from './import-context.js'
import type { Mapping } from './mapping.js'
import type { Row } from './row-reader.js'
import type { Value } from './source.js'
import { emptyTable, readCarried, updateCarried } from './store/import-rows.js'
import { deleteMoveProblems, insertMoveProblems } from './store/import-state.js'
import { MAPPINGS } from './tables/index.js'

/** What an import does about rows that came by an earlier one. */

/** How many rows one statement deletes. */
const MOST_DELETED = 500

const STALE = 'it changed there, but another row has taken its place here'

/** How the numbers here and there differ. */
export interface Difference {
  /** Here and no longer there. */
  readonly gone: IdSet
  /** There, not behind the mark, and not here: late ones, and those that were left out. */
  readonly missing: IdSet
}

/** Compares the numbers of a table; `reached` is the highest one that came before its mark. */
export async function compareIds(
  { source, known, onRows }: Work,
  mapping: Mapping,
  reached: number | undefined,
): Promise<Difference> {
  const [there, gone, missing] = [new IdSet(), new IdSet(), new IdSet()]
  const here = known.ids(mapping)
  for await (const { rows } of source.rows(mapping.source, [], { key: mapping.key })) {
    for (const [key] of rows) {
      const id = Number(key)
      if (!Number.isSafeInteger(id) || id < 0) continue
      there.add(id)
      if (reached !== undefined && id <= reached && !here.has(id)) missing.add(id)
    }
    onRows(rows.length)
  }
  for (const id of here) if (!there.has(id)) gone.add(id)
  return { gone, missing }
}

/**
 * Deletes the rows that are gone, those first that others do not name. What is still named stays in `gone`, for
 * another try. Gives how many of each table were deleted.
 */
export async function removeGone(
  work: Work,
  differences: ReadonlyMap<Mapping, Difference>,
): Promise<ReadonlyMap<Mapping, number>> {
  const removed = new Map<Mapping, number>()
  if (![...differences.values()].some(({ gone }) => gone.size > 0)) return removed
  // These are put in anew in any case, and name what is to go.
  for (const { kind, target } of MAPPINGS) if (kind === 'whole') await emptyTable(work.db, target)
  for (const mapping of MAPPINGS.toReversed()) {
    const gone = differences.get(mapping)?.gone
    if (gone && gone.size > 0) removed.set(mapping, await removeIds(work, mapping, gone))
  }
  return removed
}

async function removeIds(work: Work, mapping: Mapping, gone: IdSet): Promise<number> {
  const before = gone.size
  for (const ids of inGroups([...gone], MOST_DELETED)) {
    if (await tryToRemove(work, mapping, ids, gone)) continue
    for (const id of ids) await tryToRemove(work, mapping, [id], gone)
  }
  return before - gone.size
}

async function tryToRemove(
  { db: database, known }: Work,
  { target, texts, ...mapping }: Mapping,
  ids: readonly number[],
  gone: IdSet,
): Promise<boolean> {
  try {
    await transaction(database, async (db) => {
      if (texts) await deleteByIds(db, texts.target, ids, texts.key)
      await deleteByIds(db, target, ids)
    })
  } catch (error) {
    if (!capabilities(database).isRowFault(error)) throw error
    return false
  }
  for (const id of ids) {
    gone.delete(id)
    known.ids({ ...mapping, target }).delete(id)
  }
  return true
}

/** The columns of ours that an import brings up to date. */
function changingOf({ changing, fields }: Mapping): readonly string[] {
  return changing ?? Object.keys(fields).filter((name) => name !== 'id')
}

/** Brings the rows of a numbered table up to date that came earlier. Gives how many were changed. */
export async function carryChanges(work: Work, mapping: Mapping): Promise<number> {
  const names = changingOf(mapping)
  if (names.length === 0) return 0
  const reader = readerOf(work, mapping, ['id', ...names])
  await deleteMoveProblems(work.db, mapping.target, { reason: STALE })
  let changed = 0
  for await (const { rows } of work.source.rows(mapping.source, reader.columns, { key: mapping.key })) {
    const read = rows
      .map((values: readonly Value[]) => reader.read(values))
      .filter(({ isLeftOut }) => !isLeftOut)
    changed += await updateRows(
      work,
      mapping,
      names,
      read.map(({ row }) => row),
    )
    work.onRows(rows.length)
  }
  return changed
}

/** What to change of a row. */
interface Update {
  readonly id: number
  readonly change: Row
}

async function updateRows(
  { db: database }: Work,
  mapping: Mapping,
  names: readonly string[],
  rows: readonly Row[],
): Promise<number> {
  const ids = rows.map(({ id }) => id as number)
  const current = new Map(
    (await readCarried(database, mapping.target, ['id', ...names], ids)).map((row) => [row.id, row]),
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
      for (const { id, change } of updates) await updateCarried(db, mapping.target, id, change)
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
      await updateCarried(db, target, id, change)
      changed++
    } catch (error) {
      if (!capabilities(db).isRowFault(error)) throw error
      // A row that gave way when it came has said so.
      if (Object.keys(change).every((name) => fields[name]?.givesWay)) continue
      await insertMoveProblems(db, [
        { table_name: target, row_key: String(id), reason: STALE, is_left_out: false },
      ])
    }
  }
  return changed
}
