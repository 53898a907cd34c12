import { capabilities } from './dialect/dialect.js'
import type { Database } from './schema.js'
import { connectionOf, onItsConnection } from './transaction-connection.js'

const waiting = new WeakMap<Database, (() => void)[]>()

/** Work that is done once at the end of a transaction, for all that asked for it. */
const finishing = new WeakMap<Database, Map<FinalWork, Set<number>>>()

/** Work for some ids at the end of a transaction, before it commits. */
export type FinalWork = (db: Database, ids: readonly number[]) => Promise<void>

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
      const final = new Map<FinalWork, Set<number>>()
      finishing.set(db, final)
      return await onItsConnection(db, async () => {
        const result = await work(db)
        for (const [finish, ids] of final) await finish(db, [...ids])
        return result
      })
    })
  } finally {
    for (const callback of callbacks) callback()
  }
}

/**
 * The same for work whose loss does no harm: if the machine stops, and not only the program, it may not have happened, as
 * if the program had been killed before. SQLite holds up the whole process for as long as a durable commit takes.
 */
export async function lazyTransaction<T>(db: Database, work: (db: Database) => Promise<T>): Promise<T> {
  return await db.connection().execute(async (db) => {
    capabilities(db).commitLazily(await connectionOf(db))
    return await transaction(db, work)
  })
}

/** Calls `callback` once the transaction of `db` has ended, committed or not, or at once if there is none. */
export function afterEnd(db: Database, callback: () => void): void {
  const callbacks = waiting.get(db)
  if (callbacks) callbacks.push(callback)
  else callback()
}

/**
 * Has `work` done for an id once, with all other ids, before the transaction of `db` commits; without an id, only its
 * place is kept: work is done in the order in which it was first named. It may name more, which is done after it.
 */
export function beforeCommit(db: Database, work: FinalWork, id?: number): void {
  const final = finishing.get(db)
  if (!final) throw new Error('Only a transaction has an end.')
  let ids = final.get(work)
  if (!ids) final.set(work, (ids = new Set()))
  if (id !== undefined) ids.add(id)
}
