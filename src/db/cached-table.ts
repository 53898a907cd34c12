import { type ChangeStamp, changesOf } from './changes.js'
import type { Database } from './schema.js'
import { afterEnd } from './transaction.js'

/** How long what another process changed may go unseen, in milliseconds. */
const LIFETIME = 1000

export interface CachedTable<Row> {
  /**
   * The rows. What this process changed is seen at once; what another one changed as soon as the database tells of
   * its commits, else after a second.
   */
  list(db: Database): Promise<readonly Row[]>
  /** The same, read again if `hasAll` misses one: another process may have added it a moment ago. */
  listWith(db: Database, hasAll: (rows: readonly Row[]) => boolean): Promise<readonly Row[]>
  /** The first matching row; the table is loaded again before the answer is "none". */
  find(db: Database, fits: (row: Row) => boolean): Promise<Row | undefined>
  /** Call it in every transaction that changes the rows. */
  forget(db: Database): void
}

/** One database's copy. */
interface Copy<Row> {
  rows: readonly Row[]
  until: number
  /** When other processes had last committed before the rows were read. */
  foreign: ChangeStamp | undefined
  /** Transactions in progress that change the rows: nobody else knows the moment when they are committed. */
  changing: number
  /** Number of changes so far, so that rows loaded before a change are not kept after it. */
  changes: number
}

function isValid({ until, changing, foreign }: Copy<unknown>, db: Database): boolean {
  return changing === 0 && until > performance.now() && foreign === changesOf(db).foreignStamp()
}

/**
 * Caches the rows of a small table that every mail and every request reads. A transaction that changes them reads its
 * own copy, which others do not see before the commit.
 */
export function remember<Row>(load: (db: Database) => Promise<Row[]>): CachedTable<Row> {
  const copies = new WeakMap<object, Copy<Row>>()
  const changing = new WeakSet<Database>()
  const copyOf = (db: Database) => {
    const { adapter } = db.getExecutor()
    let copy = copies.get(adapter)
    if (!copy)
      copies.set(adapter, (copy = { rows: [], until: 0, foreign: undefined, changing: 0, changes: 0 }))
    return copy
  }
  const read = async (db: Database) => {
    if (changing.has(db)) return await load(db)
    const copy = copyOf(db)
    const now = performance.now()
    const { changes } = copy
    const foreign = changesOf(db).foreignStamp()
    const rows = await load(db)
    if (copy.changes === changes) Object.assign(copy, { rows, foreign, until: now + LIFETIME })
    return rows
  }
  const list = async (db: Database) => {
    const copy = copyOf(db)
    return isValid(copy, db) && !changing.has(db) ? copy.rows : await read(db)
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
      copy.changing++
      // A commit is visible some moments before it is reported, so the copy is not used from now on.
      afterEnd(db, () =>
        Object.assign(copy, { until: 0, changes: copy.changes + 1, changing: copy.changing - 1 }),
      )
    },
  }
}
