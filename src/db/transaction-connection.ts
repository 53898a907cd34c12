import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import type { Database } from './schema.js'

/**
 * The connections of open transactions. A transaction has one; asking Kysely for it costs several promises each time,
 * which take as long as SQLite needs for a row.
 */
const connections = new WeakMap<Database, DatabaseConnection>()

/** Runs `work` in a transaction, whose statements go straight to its connection until `work` is done. */
export async function onItsConnection<T>(db: Database, work: () => Promise<T>): Promise<T> {
  connections.set(db, await connectionOf(db))
  try {
    return await work()
  } finally {
    // A statement that comes too late gets the error of Kysely.
    connections.delete(db)
  }
}

/** The connection of a transaction, at once; undefined outside of `onItsConnection`. */
export function openConnection(db: Database): DatabaseConnection | undefined {
  return connections.get(db)
}

/** The connection of a transaction. */
export async function connectionOf(db: Database): Promise<DatabaseConnection> {
  return connections.get(db) ?? (await db.getExecutor().provideConnection(async (connection) => connection))
}

/** Runs a compiled statement. */
export function runQuery<Row>(db: Database, query: CompiledQuery<Row>): Promise<QueryResult<Row>> {
  return connections.get(db)?.executeQuery<Row>(query) ?? db.executeQuery(query)
}
