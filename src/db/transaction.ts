import type { Database } from './schema.js'

/**
 * Runs `work` in one transaction, all or nothing; within another one it joins that. The transaction is the
 * only writer until it ends, so: nothing slow inside. Name the argument of `work` `db` as well, to shadow
 * the outer one, which would wait for ever for the connection that this transaction holds.
 */
export function transaction<T>(db: Database, work: (db: Database) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db) : db.transaction().execute(work)
}
