import type { Database } from './schema.js'

const waiting = new WeakMap<Database, (() => void)[]>()

/**
 * Runs `work` in one transaction, all or nothing; within another one it joins that. The transaction is the
 * only writer until it ends, so: nothing slow inside. Name the argument of `work` `db` as well, to shadow
 * the outer one, which would wait for ever for the connection that this transaction holds.
 */
export async function transaction<T>(db: Database, work: (db: Database) => Promise<T>): Promise<T> {
  if (db.isTransaction) return await work(db)
  const callbacks: (() => void)[] = []
  try {
    return await db.transaction().execute(async (db) => {
      waiting.set(db, callbacks)
      return await work(db)
    })
  } finally {
    for (const callback of callbacks) callback()
  }
}

/** Calls `callback` once the transaction of `db` has ended, committed or not, or at once if there is none. */
export function afterEnd(db: Database, callback: () => void): void {
  const callbacks = waiting.get(db)
  if (callbacks) callbacks.push(callback)
  else callback()
}
