import { capabilities } from '../db/dialect/dialect.js'
import type { Database } from '../db/schema.js'
import { transaction } from '../db/transaction.js'
import type { Mapping } from './mapping.js'
import type { ReadRow, Row } from './row-reader.js'
import { identityOf, insertImportRows } from './store/import-rows.js'
import { insertMoveProblems, type MoveProblem } from './store/import-state.js'

const COLLIDES = 'another row has taken a place that there can be only once'
const GAVE_WAY = 'another row has its place, so it has none'

/**
 * Stores rows that were read, each as far as it can be, and what could not be carried; within one transaction of
 * the caller. Gives those that are here now.
 */
export async function storeRows(db: Database, mapping: Mapping, batch: readonly ReadRow[]): Promise<Row[]> {
  const rows = batch.filter(({ isSkipped }) => !isSkipped)
  const inserted = new Set(
    await insertImportRows(
      db,
      mapping.target,
      mapping.identity,
      rows.map(({ row }) => row),
    ),
  )
  const stored: ReadRow[] = []
  const problems = batch.filter(({ isSkipped }) => isSkipped).flatMap((read) => problemsOf(mapping, read))
  for (const read of rows) {
    // Of two rows that are the same to us, the first is here.
    const isHere = inserted.delete(identityOf(read.row, mapping.identity))
    const settled = isHere ? read : await clearNullable(db, mapping, read)
    if (!settled.isSkipped) stored.push(settled)
    problems.push(...problemsOf(mapping, settled))
  }
  await storeTexts(db, mapping, stored)
  await insertMoveProblems(db, problems)
  return stored.map(({ row }) => row)
}

/** The same for rows among which one cannot be stored: each in a transaction of its own. */
export async function storeOneByOne(
  database: Database,
  mapping: Mapping,
  batch: readonly ReadRow[],
): Promise<Row[]> {
  const stored: Row[] = []
  for (const read of batch) {
    try {
      stored.push(...(await transaction(database, (db) => storeRows(db, mapping, [read]))))
    } catch (error) {
      if (!capabilities(database).isRowFault(error)) throw error
      const reasons = [`the database does not take it: ${(error as Error).message}`]
      await insertMoveProblems(database, problemsOf(mapping, { ...read, reasons, isSkipped: true }))
    }
  }
  return stored
}

/** A row that collides may have a value that it can do without. */
async function clearNullable(db: Database, mapping: Mapping, read: ReadRow): Promise<ReadRow> {
  const yielding = Object.entries(mapping.fields).filter(([, { mayBeCleared }]) => mayBeCleared)
  if (yielding.length > 0) {
    const row = { ...read.row, ...Object.fromEntries(yielding.map(([name]) => [name, null])) }
    const [inserted] = await insertImportRows(db, mapping.target, mapping.identity, [row])
    const reason = `${yielding.map(([name]) => name).join()}: ${GAVE_WAY}`
    if (inserted !== undefined) return { ...read, row, reasons: [...read.reasons, reason] }
  }
  return { ...read, reasons: [COLLIDES], isSkipped: true }
}

async function storeTexts(db: Database, { texts }: Mapping, stored: readonly ReadRow[]): Promise<void> {
  if (!texts) return
  await insertImportRows(
    db,
    texts.target,
    [texts.key],
    stored.map((read) => ({ [texts.key]: read.row.id, ...read.texts })),
  )
}

function problemsOf({ target }: Mapping, { key, reasons, isSkipped }: ReadRow): MoveProblem[] {
  return reasons.map((reason) => ({ table_name: target, row_key: key, reason, is_left_out: isSkipped }))
}
