import { LRUCache } from 'lru-cache'
import { type ChangeStamp, changesOf } from './changes.js'
import type { Database } from './schema.js'

/** Counting that took longer than this, in milliseconds, is not repeated until the database changes. */
const SLOW_MS = 5

/** Totals that are kept of one database. */
const MAX_TOTALS = 1000

interface Known {
  readonly stamp: ChangeStamp
  readonly total: number
}

const totalsOf = new WeakMap<object, LRUCache<string, Known>>()

/**
 * The total of a list that was counted since the last change of the database. `key` names the list with its values;
 * undefined: a list whose total is never remembered.
 */
export function knownTotal(db: Database, key: string | undefined): number | undefined {
  if (key === undefined) return undefined
  const known = totalsOf.get(db.getExecutor().adapter)?.get(key)
  // A transaction sees what it has changed itself.
  return known && !db.isTransaction && known.stamp === changesOf(db).stamp() ? known.total : undefined
}

/**
 * Counts a list by `count`, and remembers the total if that took long: other pages of the list need it too. `totalOf` is
 * undefined for what says no total.
 */
export async function remembering<T>(
  db: Database,
  key: string | undefined,
  count: () => Promise<T>,
  totalOf: (counted: T) => number | undefined,
): Promise<T> {
  if (key === undefined) return await count()
  const stamp = db.isTransaction ? undefined : changesOf(db).stamp()
  const start = performance.now()
  const counted = await count()
  const total = totalOf(counted)
  const isSlow = performance.now() - start >= SLOW_MS
  // An empty list is one statement with its total or without, so that requests take as many however slow the machine is.
  if (isSlow && total && stamp !== undefined && changesOf(db).stamp() === stamp)
    totalsIn(db).set(key, { stamp, total })
  return counted
}

function totalsIn(db: Database): LRUCache<string, Known> {
  const { adapter } = db.getExecutor()
  let totals = totalsOf.get(adapter)
  if (!totals) totalsOf.set(adapter, (totals = new LRUCache({ max: MAX_TOTALS })))
  return totals
}
