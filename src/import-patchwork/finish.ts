import { capabilities } from '../db/dialect/dialect.js'
import { transaction } from '../db/transaction.js'
import type { Work } from './import-context.js'
import { highestId } from './store/import-rows.js'
import { settleCheckCounts, settleReceived } from './store/recompute.js'
import { MAPPINGS } from './tables/index.js'

/** How many rows one statement settles. */
const RANGE = 5000

const RECEIVED = ['covers', 'series', 'patches'] as const

/** Makes of the rows that came what is kept beside them, and reserves their numbers. */
export async function finish(work: Work): Promise<void> {
  await reserveNumbers(work)
  for (const table of RECEIVED)
    await inRanges(work, table, (db, first, last) => settleReceived(db, table, first, last))
  await inRanges(work, 'patches', settleCheckCounts)
  await capabilities(work.db).analyze(work.db)
  await capabilities(work.db).flush(work.db)
}

/** New rows get numbers above all that were ever given out, here or there. */
async function reserveNumbers({ db, source }: Work): Promise<void> {
  const dialect = capabilities(db)
  for (const mapping of MAPPINGS) {
    if (mapping.kind === 'whole' || !source.tables.has(mapping.source)) continue
    const last = await source.lastId(mapping.source)
    await dialect.reserveIds(db, mapping.target, Math.max(last, await highestId(db, mapping.target)))
  }
  await dialect.reserveIds(db, 'tokens', await highestId(db, 'tokens'))
}

async function inRanges(
  { db: database }: Work,
  table: (typeof RECEIVED)[number],
  settle: (db: Work['db'], first: number, last: number) => Promise<void>,
): Promise<void> {
  const highest = await highestId(database, table)
  for (let first = 1; first <= highest; first += RANGE)
    await transaction(database, (db) => settle(db, first, first + RANGE - 1))
}
