import type { Database } from '../db/schema.js'
import { toTime } from '../util/time.js'
import { carryNew, replaceWhole } from './copy.js'
import { finish } from './finish.js'
import type { TableCounts, Work } from './import-context.js'
import { Known } from './lookup-cache.js'
import type { Mapping, Target } from './mapping.js'
import { assertPatchwork, assertTimes, begin } from './preflight.js'
import type { Source } from './source.js'
import { countCarried } from './store/import-rows.js'
import { deleteMoveProblems, listMovedTables, saveMove } from './store/import-state.js'
import { carryChanges, compareIds, type Difference, removeGone } from './sync.js'
import { MAPPINGS } from './tables/index.js'

export interface MoveOptions {
  /** Django's TIME_ZONE, by its name in the zone database; undefined: UTC, which is checked. */
  zone?: string | undefined
  now: Date
  /** Told of about how many rows are to be gone through, once that is known. */
  onStart?: (rows: number) => void
  /** Told of so many more rows that were. */
  onRows?: (rows: number) => void
}

/** What was done to each table. */
export type MoveResult = ReadonlyMap<Target, TableCounts>

/**
 * Carries all that the source has into the database; what came by an earlier call is brought up to date. It may
 * be interrupted at any point, and goes on there when it is called again. Throws Invalid for a source that cannot
 * be read, Conflict for a database with rows of its own; what is wrong with single rows is kept in the database.
 */
export async function move(db: Database, source: Source, options: MoveOptions): Promise<MoveResult> {
  const { zone, now, onStart = () => {}, onRows = () => {} } = options
  assertPatchwork(source)
  if (zone === undefined) await assertTimes(source, 'UTC')
  const { move: current, isAgain } = await begin(db, source)
  const known = new Known(zone ?? 'UTC')
  await known.load(db, source)
  const work: Work = { db, source, known, onRows }
  const counts = new Map(MAPPINGS.map(({ target }) => [target, { added: 0, changed: 0, removed: 0 }]))
  onStart(await estimate(source, isAgain))
  const differences = isAgain ? await compare(work) : new Map<Mapping, Difference>()
  await remove(work, differences, counts)
  await carry(work, differences, counts)
  if (isAgain) {
    for (const mapping of present(work, 'numbered'))
      countsOf(counts, mapping).changed += await carryChanges(work, mapping)
    // What nothing names any more can go now; that empties the tables without numbers.
    if (await remove(work, differences, counts))
      for (const mapping of present(work, 'whole')) await replaceWhole(work, mapping)
  }
  await finish(work)
  await saveMove(db, { ...current, finished: toTime(now) })
  return counts
}

type Counts = Map<Target, TableCounts>

function countsOf(counts: Counts, { target }: Mapping): TableCounts {
  return counts.get(target) as TableCounts
}

/** The tables of one kind that the source has. */
function present({ source }: Work, kind?: Mapping['kind']): Mapping[] {
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

async function compare(work: Work): Promise<Map<Mapping, Difference>> {
  const tables = await listMovedTables(work.db)
  const differences = new Map<Mapping, Difference>()
  for (const mapping of present(work, 'numbered')) {
    const reached = work.source.reached(tables.get(mapping.target)?.mark ?? undefined)
    differences.set(mapping, await compareIds(work, mapping, reached))
  }
  return differences
}

async function remove(
  work: Work,
  differences: ReadonlyMap<Mapping, Difference>,
  counts: Counts,
): Promise<boolean> {
  const removed = await removeGone(work, differences)
  for (const [mapping, rows] of removed) countsOf(counts, mapping).removed += rows
  return removed.size > 0
}

async function carry(
  work: Work,
  differences: ReadonlyMap<Mapping, Difference>,
  counts: Counts,
): Promise<void> {
  const tables = await listMovedTables(work.db)
  for (const mapping of present(work)) {
    const count = countsOf(counts, mapping)
    if (mapping.kind === 'whole') {
      const before = await countCarried(work.db, mapping.target)
      const difference = (await replaceWhole(work, mapping)) - before
      count.added += Math.max(0, difference)
      count.removed += Math.max(0, -difference)
      continue
    }
    const difference = differences.get(mapping)
    // Those that were left out are tried again.
    if (difference) await deleteMoveProblems(work.db, mapping.target, { isLeftOut: true })
    count.added = await carryNew(work, mapping, tables.get(mapping.target), difference?.missing)
  }
}
