import { capabilities } from '../db/dialect/dialect.js'
import { transaction } from '../db/transaction.js'
import type { IdSet } from './id-set.js'
import type { Work } from './import-context.js'
import type { Mapping } from './mapping.js'
import { type ReadRow, type Row, type RowReader, rowReader } from './row-reader.js'
import type { Value } from './source.js'
import { emptyTable } from './store/import-rows.js'
import { deleteMoveProblems, type MovedTable, saveMovedTable } from './store/import-state.js'
import { storeOneByOne, storeRows } from './write-rows.js'

/** Makes the reader of a table in its source. */
export function readerOf({ source, known }: Work, mapping: Mapping, only?: readonly string[]): RowReader {
  return rowReader(mapping, source.tables.get(mapping.source) ?? [], known, only)
}

/**
 * Carries the rows of a numbered table that are behind its mark, and those of `missing`; after each chunk the
 * mark is where to go on. Gives how many came.
 */
export async function carryNew(
  work: Work,
  mapping: Mapping,
  before: MovedTable | undefined,
  missing: IdSet | undefined,
): Promise<number> {
  const { source, db, onRows } = work
  const reader = readerOf(work, mapping)
  const reading = { key: mapping.key, isLong: mapping.isLong ?? false, after: before?.mark ?? undefined }
  const table: MovedTable = { mark: before?.mark ?? null, last_id: before?.last_id ?? 0, is_done: false }
  let added = 0
  if (missing && missing.size > 0)
    for await (const { rows } of source.rowsOf(mapping.source, reader.columns, reading, missing))
      added += await takeChunk(work, mapping, reader, rows, table)
  for await (const { rows, mark } of source.rows(mapping.source, reader.columns, reading)) {
    table.mark = mark
    added += await takeChunk(work, mapping, reader, rows, table)
    onRows(rows.length)
  }
  await saveMovedTable(db, mapping.target, { ...table, is_done: true })
  return added
}

async function takeChunk(
  { db: database, known }: Work,
  mapping: Mapping,
  reader: RowReader,
  rows: readonly (readonly Value[])[],
  table: MovedTable,
): Promise<number> {
  const ids = known.ids(mapping)
  const batch = rows.map(reader.read).filter(({ isLeftOut, row }) => isLeftOut || !ids.has(row.id as number))
  const upTo = (stored: readonly Row[]) =>
    stored.reduce((highest, { id }) => Math.max(highest, id as number), table.last_id)
  let stored: Row[]
  try {
    stored = await transaction(database, async (db) => {
      const here = await storeRows(db, mapping, batch)
      await saveMovedTable(db, mapping.target, { ...table, last_id: upTo(here) })
      return here
    })
  } catch (error) {
    if (!capabilities(database).isRowFault(error)) throw error
    stored = await storeOneByOne(database, mapping, batch)
    await saveMovedTable(database, mapping.target, { ...table, last_id: upTo(stored) })
  }
  table.last_id = upTo(stored)
  for (const { id } of stored) ids.add(id as number)
  return stored.length
}

/** Puts all rows of a table that has no numbers in the place of those before. Gives how many there are. */
export async function replaceWhole(work: Work, mapping: Mapping): Promise<number> {
  const { db: database, onRows } = work
  try {
    return await transaction(database, async (db) => {
      let added = 0
      await deleteMoveProblems(db, mapping.target)
      await emptyTable(db, mapping.target)
      for await (const batch of batchesOf(work, mapping)) {
        added += (await storeRows(db, mapping, batch)).length
        onRows(batch.length)
      }
      await saveMovedTable(db, mapping.target, { mark: null, last_id: 0, is_done: true })
      return added
    })
  } catch (error) {
    if (!capabilities(database).isRowFault(error)) throw error
    return await replaceOneByOne(work, mapping)
  }
}

async function replaceOneByOne(work: Work, mapping: Mapping): Promise<number> {
  const { db } = work
  let added = 0
  await deleteMoveProblems(db, mapping.target)
  await emptyTable(db, mapping.target)
  for await (const batch of batchesOf(work, mapping))
    added += (await storeOneByOne(db, mapping, batch)).length
  await saveMovedTable(db, mapping.target, { mark: null, last_id: 0, is_done: true })
  return added
}

async function* batchesOf(work: Work, mapping: Mapping): AsyncGenerator<ReadRow[]> {
  const reader = readerOf(work, mapping)
  const { key } = mapping
  for await (const { rows } of work.source.rows(mapping.source, reader.columns, { key }))
    yield rows.map(reader.read)
}
