import type { Database } from '../db/schema.js'
import { Conflict } from '../util/errors.js'
import { readerOf } from './copy.js'
import { IdSet } from './id-set.js'
import type { ImportContext } from './import-context.js'
import { LookupCache } from './lookup-cache.js'
import type { Mapping, Target } from './mapping.js'
import { assertPatchwork, installationOf } from './preflight.js'
import type { ReadRow, Row } from './row-reader.js'
import type { Source } from './source.js'
import { countImportRows, findImportRow, readImportRows } from './store/import-rows.js'
import { findMove, groupMoveProblems, listProblemKeys } from './store/import-state.js'
import { MAPPINGS } from './tables/index.js'

/** About how many rows of each table are compared. */
const SAMPLE = 500

/** How one table here stands to the one there. */
export interface Verified {
  readonly target: Target
  /** Rows there, rows that were left out, rows here. */
  readonly there: number
  readonly leftOut: number
  readonly here: number
  /** How many rows were compared, value by value, and which differ, and in what. */
  readonly compared: number
  readonly different: readonly string[]
}

/**
 * Compares the database with the source that it came from: how many rows there are, and rows from all over each
 * table with all that is in them. Nothing is written. Throws Conflict if it did not come from there.
 */
export async function verify(
  db: Database,
  source: Source,
  { zone = 'UTC', onTable = () => {} }: { zone?: string | undefined; onTable?: () => void },
): Promise<Verified[]> {
  assertPatchwork(source)
  const move = await findMove(db)
  if (move?.installation !== (await installationOf(source)))
    throw new Conflict('The database did not come from this Patchwork.')
  const lookups = new LookupCache(zone)
  await lookups.load(db, source)
  const context: ImportContext = { db, source, lookups, onRows: () => {} }
  const leftOut = await leftOutOf(db)
  const verified: Verified[] = []
  for (const mapping of MAPPINGS) {
    if (!source.tables.has(mapping.source)) continue
    const samples = await (mapping.kind === 'whole'
      ? everySoMany(context, mapping)
      : byNumber(context, mapping))
    const changed = await listProblemKeys(db, mapping.target)
    const rows = samples.filter(({ key, isSkipped }) => !isSkipped && !changed.has(key))
    const different: string[] = []
    for (const read of rows) different.push(...(await differencesOf(db, mapping, read)))
    const there = await source.count(mapping.source)
    const here = await countImportRows(db, mapping.target)
    const { target } = mapping
    verified.push({
      target,
      there,
      leftOut: leftOut.get(target) ?? 0,
      here,
      compared: rows.length,
      different,
    })
    onTable()
  }
  return verified
}

/** Whether everything is here, and as it is there. */
export function isAlike({ there, leftOut, here, different }: Verified): boolean {
  return there - leftOut === here && different.length === 0
}

async function leftOutOf(db: Database): Promise<Map<string, number>> {
  const rows = new Map<string, number>()
  for (const { table_name, is_left_out, count } of await groupMoveProblems(db))
    if (is_left_out === 1) rows.set(table_name, (rows.get(table_name) ?? 0) + count)
  return rows
}

/** Rows from all over a table, by the numbers of those that are here. */
async function byNumber(context: ImportContext, mapping: Mapping): Promise<ReadRow[]> {
  const here = context.lookups.ids(mapping)
  const step = Math.max(1, Math.floor(here.size / SAMPLE))
  const wanted = new IdSet()
  let place = 0
  for (const id of here) if (place++ % step === 0) wanted.add(id)
  const reader = readerOf(context, mapping)
  const reading = { key: mapping.key, isLong: mapping.isLong ?? false }
  const read: ReadRow[] = []
  for await (const { rows } of context.source.rowsOf(mapping.source, reader.columns, reading, wanted))
    read.push(...rows.map(reader.read))
  return read
}

async function everySoMany(context: ImportContext, mapping: Mapping): Promise<ReadRow[]> {
  const step = Math.max(1, Math.floor((await context.source.count(mapping.source)) / SAMPLE))
  const reader = readerOf(context, mapping)
  const read: ReadRow[] = []
  let place = 0
  for await (const { rows } of context.source.rows(mapping.source, reader.columns, { key: mapping.key }))
    for (const values of rows) if (place++ % step === 0) read.push(reader.read(values))
  return read
}

/** Columns that are derived and not compared: the time when a row was received comes from the events. */
const OWN = new Set(['received'])

async function differencesOf(db: Database, mapping: Mapping, read: ReadRow): Promise<string[]> {
  const identity = Object.fromEntries(mapping.identity.map((column) => [column, read.row[column]]))
  const here = await findImportRow(db, mapping.target, identity)
  if (!here) return [`${read.key} is not here`]
  const names = differing(read.row, here)
  if (mapping.texts && read.texts) {
    const { target, key } = mapping.texts
    const columns = Object.keys(read.texts)
    const [texts = {}] = await readImportRows(db, target, columns, [read.row.id as number], key)
    names.push(...differing(read.texts, texts))
  }
  return names.length > 0 ? [`${read.key} differs in ${names.join(', ')}`] : []
}

function differing(there: Row, here: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(there).filter((name) => !OWN.has(name) && there[name] !== here[name])
}
