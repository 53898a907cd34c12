import type { Database } from '../db/schema.js'
import { toTime } from '../util/time.js'
import { copyNewRows, replaceTable } from './copy.js'
import { finish } from './finish.js'
import type { ImportContext, TableCounts } from './import-context.js'
import { LookupCache } from './lookup-cache.js'
import type { Mapping, Target } from './mapping.js'
import { assertPatchwork, assertTimes, preflight } from './preflight.js'
import type { Source } from './source.js'
import { countImportRows } from './store/import-rows.js'
import { deleteMoveProblems, listMovedTables, saveMove } from './store/import-state.js'
import { compareIds, type Difference, removeDeleted, syncChanges } from './sync.js'
import { MAPPINGS } from './tables/index.js'

export interface ImportOptions {
  /** Django's TIME_ZONE, by its name in the zone database; undefined: UTC, which is checked. */
  zone?: string | undefined
  now: Date
  /** Called with the estimated number of rows to read, once it is known. */
  onStart?: (rows: number) => void
  /** Called with the number of further rows read. */
  onRows?: (rows: number) => void
}

/** The changes by table. */
export type ImportResult = ReadonlyMap<Target, TableCounts>

/**
 * Imports all data of the source; rows from an earlier run are updated. An interrupted import resumes at the same
 * place when it is called again. Throws Invalid for an unreadable source, and Conflict for a database with rows of
 * its own; problems with single rows are stored in the database.
 */
export async function move(db: Database, source: Source, options: ImportOptions): Promise<ImportResult> {
  const { zone, now, onStart = () => {}, onRows = () => {} } = options
  assertPatchwork(source)
  if (zone === undefined) await assertTimes(source, 'UTC')
  const { move: current, isAgain } = await preflight(db, source)
  const lookups = new LookupCache(zone ?? 'UTC')
  await lookups.load(db, source)
  const context: ImportContext = { db, source, lookups, onRows }
  const counts = new Map(MAPPINGS.map(({ target }) => [target, { added: 0, changed: 0, removed: 0 }]))
  onStart(await estimate(source, isAgain))
  const differences = isAgain ? await compare(context) : new Map<Mapping, Difference>()
  await remove(context, differences, counts)
  await copyTables(context, differences, counts)
  if (isAgain) {
    for (const mapping of present(context, 'numbered'))
      countsOf(counts, mapping).changed += await syncChanges(context, mapping)
    // What nothing names any more can go now; that empties the tables without numbers.
    if (await remove(context, differences, counts))
      for (const mapping of present(context, 'whole')) await replaceTable(context, mapping)
  }
  await finish(context, now)
  await saveMove(db, { ...current, finished: toTime(now) })
  return counts
}

type Counts = Map<Target, TableCounts>

function countsOf(counts: Counts, { target }: Mapping): TableCounts {
  return counts.get(target) as TableCounts
}

/** The tables of one kind that the source has. */
function present({ source }: ImportContext, kind?: Mapping['kind']): Mapping[] {
  return MAPPINGS.filter(
    (mapping) => source.tables.has(mapping.source) && (kind === undefined || mapping.kind === kind),
  )
}

async function estimate(source: Source, isAgain: boolean): Promise<number> {
  let rows = 0
  for (const { source: table, key, kind } of MAPPINGS)
    if (source.tables.has(table))
      rows += (await source.estimate(table, key)) * (isAgain && kind === 'numbered' ? 2 : 1)
  return rows
}

async function compare(context: ImportContext): Promise<Map<Mapping, Difference>> {
  const tables = await listMovedTables(context.db)
  const differences = new Map<Mapping, Difference>()
  for (const mapping of present(context, 'numbered')) {
    const reached = context.source.reached(tables.get(mapping.target)?.mark ?? undefined)
    differences.set(mapping, await compareIds(context, mapping, reached))
  }
  return differences
}

async function remove(
  context: ImportContext,
  differences: ReadonlyMap<Mapping, Difference>,
  counts: Counts,
): Promise<boolean> {
  const removed = await removeDeleted(context, differences)
  for (const [mapping, rows] of removed) countsOf(counts, mapping).removed += rows
  return removed.size > 0
}

async function copyTables(
  context: ImportContext,
  differences: ReadonlyMap<Mapping, Difference>,
  counts: Counts,
): Promise<void> {
  const tables = await listMovedTables(context.db)
  for (const mapping of present(context)) {
    const count = countsOf(counts, mapping)
    if (mapping.kind === 'whole') {
      const before = await countImportRows(context.db, mapping.target)
      const difference = (await replaceTable(context, mapping)) - before
      count.added += Math.max(0, difference)
      count.removed += Math.max(0, -difference)
      continue
    }
    const difference = differences.get(mapping)
    // Those that were left out are tried again.
    if (difference) await deleteMoveProblems(context.db, mapping.target, { isSkipped: true })
    count.added = await copyNewRows(context, mapping, tables.get(mapping.target), difference?.missing)
  }
}
