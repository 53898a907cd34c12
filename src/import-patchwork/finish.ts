import { capabilities } from '../db/dialect/dialect.js'
import { transaction } from '../db/transaction.js'
import { queueMissing } from '../domain/recompute/tasks.js'
import { toTime } from '../util/time.js'
import type { ImportContext } from './import-context.js'
import { highestId } from './store/import-rows.js'
import { recomputeCheckCounts, recomputeReceived } from './store/recompute.js'
import { MAPPINGS } from './tables/index.js'

/** How many rows one statement settles. */
const RANGE = 5000

const RECEIVED = ['covers', 'series', 'patches'] as const

/** Derives the dependent data of the imported rows, and reserves their ids. */
export async function finish(context: ImportContext, now: Date): Promise<void> {
  await reserveNumbers(context)
  for (const table of RECEIVED)
    await inRanges(context, table, (db, first, last) => recomputeReceived(db, table, first, last))
  await inRanges(context, 'patches', recomputeCheckCounts)
  await transaction(context.db, (db) => queueMissing(db, 'import', toTime(now)))
  await capabilities(context.db).analyze(context.db)
  await capabilities(context.db).flush(context.db)
}

/** New rows get numbers above all that were ever given out, here or there. */
async function reserveNumbers({ db, source }: ImportContext): Promise<void> {
  const dialect = capabilities(db)
  for (const mapping of MAPPINGS) {
    if (mapping.kind === 'whole' || !source.tables.has(mapping.source)) continue
    const last = await source.lastId(mapping.source)
    await dialect.reserveIds(db, mapping.target, Math.max(last, await highestId(db, mapping.target)))
  }
  await dialect.reserveIds(db, 'tokens', await highestId(db, 'tokens'))
}

async function inRanges(
  { db: database }: ImportContext,
  table: (typeof RECEIVED)[number],
  settle: (db: ImportContext['db'], first: number, last: number) => Promise<void>,
): Promise<void> {
  const highest = await highestId(database, table)
  for (let first = 1; first <= highest; first += RANGE)
    await transaction(database, (db) => settle(db, first, first + RANGE - 1))
}
