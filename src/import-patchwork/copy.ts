import { capabilities } from '../db/dialect/dialect.js'
import { transaction } from '../db/transaction.js'
import type { IdSet } from './id-set.js'
import type { ImportContext } from './import-context.js'
import type { Mapping } from './mapping.js'
import { type ReadRow, type Row, type RowReader, rowReader } from './row-reader.js'
import type { Value } from './source.js'
import { emptyTable } from './store/import-rows.js'
import { deleteMoveProblems, type MovedTable, saveMovedTable } from './store/import-state.js'
import { storeOneByOne, storeRows } from './write-rows.js'

/** Makes the reader of a table in its source. */
export function readerOf(
  { source, lookups }: ImportContext,
  mapping: Mapping,
  only?: readonly string[],
): RowReader {
  return rowReader(mapping, source.tables.get(mapping.source) ?? [], lookups, only)
}

/**
 * Carries the rows of a numbered table that are behind its mark, and those of `missing`; after each chunk the
 * mark is where to go on. Gives how many came.
 */
export async function copyNewRows(
  context: ImportContext,
  mapping: Mapping,
  before: MovedTable | undefined,
  missing: IdSet | undefined,
): Promise<number> {
  const { source, db, onRows } = context
  const reader = readerOf(context, mapping)
  const reading = { key: mapping.key, isLong: mapping.isLong ?? false, after: before?.mark ?? undefined }
  const table: MovedTable = { mark: before?.mark ?? null, last_id: before?.last_id ?? 0, is_done: false }
  let added = 0
  if (missing && missing.size > 0)
    for await (const { rows } of source.rowsOf(mapping.source, reader.columns, reading, missing))
      added += await copyChunk(context, mapping, reader, rows, table)
  for await (const { rows, mark } of source.rows(mapping.source, reader.columns, reading)) {
    table.mark = mark
    added += await copyChunk(context, mapping, reader, rows, table)
    onRows(rows.length)
  }
  await saveMovedTable(db, mapping.target, { ...table, is_done: true })
  return added
}

async function copyChunk(
  { db: database, lookups }: ImportContext,
  mapping: Mapping,
  reader: RowReader,
  rows: readonly (readonly Value[])[],
  table: MovedTable,
): Promise<number> {
  const ids = lookups.ids(mapping)
  const batch = rows.map(reader.read).filter(({ isSkipped, row }) => isSkipped || !ids.has(row.id as number))
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
export async function replaceTable(context: ImportContext, mapping: Mapping): Promise<number> {
  const { db: database, onRows } = context
  try {
    return await transaction(database, async (db) => {
      let added = 0
      await deleteMoveProblems(db, mapping.target)
      await emptyTable(db, mapping.target)
      for await (const batch of batchesOf(context, mapping)) {
        added += (await storeRows(db, mapping, batch)).length
        onRows(batch.length)
      }
      await saveMovedTable(db, mapping.target, { mark: null, last_id: 0, is_done: true })
      return added
    })
  } catch (error) {
    if (!capabilities(database).isRowFault(error)) throw error
    return await replaceOneByOne(context, mapping)
  }
}

async function replaceOneByOne(context: ImportContext, mapping: Mapping): Promise<number> {
  const { db } = context
  let added = 0
  await deleteMoveProblems(db, mapping.target)
  await emptyTable(db, mapping.target)
  for await (const batch of batchesOf(context, mapping))
    added += (await storeOneByOne(db, mapping, batch)).length
  await saveMovedTable(db, mapping.target, { mark: null, last_id: 0, is_done: true })
  return added
}

async function* batchesOf(context: ImportContext, mapping: Mapping): AsyncGenerator<ReadRow[]> {
  const reader = readerOf(context, mapping)
  const { key } = mapping
  for await (const { rows } of context.source.rows(mapping.source, reader.columns, { key }))
    yield rows.map(reader.read)
}
