import type { Database } from './schema.js'
import { afterCommit } from './transaction.js'

/** How long what another process changed may go unseen, in milliseconds. */
const LIFETIME = 1000

export interface CachedTable<Row> {
  /** The rows, at most a second old; what this process changed is seen at once. */
  list(db: Database): Promise<readonly Row[]>
  /** The same, read again if `hasAll` misses one: another process may have added it a moment ago. */
  listWith(db: Database, hasAll: (rows: readonly Row[]) => boolean): Promise<readonly Row[]>
  /** The first row that fits, read again before there is none. */
  find(db: Database, fits: (row: Row) => boolean): Promise<Row | undefined>
  /** Call it in every transaction that changes the rows. */
  forget(db: Database): void
}

/** One database's copy. */
interface Copy<Row> {
  rows: readonly Row[]
  until: number
  /** Counts the changes, so that what was read before one is not kept after it. */
  changes: number
}

/**
 * Keeps the rows of a small table that every mail and every request asks for. A transaction that changes
 * them reads its own, which nobody else sees before they are committed.
 */
export function remember<Row>(load: (db: Database) => Promise<Row[]>): CachedTable<Row> {
  const copies = new WeakMap<object, Copy<Row>>()
  const changing = new WeakSet<Database>()
  const copyOf = (db: Database) => {
    const { adapter } = db.getExecutor()
    let copy = copies.get(adapter)
    if (!copy) copies.set(adapter, (copy = { rows: [], until: 0, changes: 0 }))
    return copy
  }
  const read = async (db: Database) => {
    if (changing.has(db)) return await load(db)
    const copy = copyOf(db)
    const now = performance.now()
    const { changes } = copy
    const rows = await load(db)
    if (copy.changes === changes) Object.assign(copy, { rows, until: now + LIFETIME })
    return rows
  }
  const list = async (db: Database) => {
    const copy = copyOf(db)
    return copy.until > performance.now() && !changing.has(db) ? copy.rows : await read(db)
  }
  const listWith = async (db: Database, hasAll: (rows: readonly Row[]) => boolean) => {
    const rows = await list(db)
    return hasAll(rows) ? rows : await read(db)
  }
  return {
    list,
    listWith,
    async find(db, fits) {
      return (await listWith(db, (rows) => rows.some(fits))).find(fits)
    },
    forget(db) {
      const copy = copyOf(db)
      if (db.isTransaction) changing.add(db)
      afterCommit(db, () => Object.assign(copy, { until: 0, changes: copy.changes + 1 }))
    },
  }
}
