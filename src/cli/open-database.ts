import { type Config, readConfig } from '../config/config.js'
import { type ConnectOptions, connect } from '../db/connect.js'
import { migrate } from '../db/migrate.js'
import type { Database } from '../db/schema.js'

/** Opens the configured database, brought to the newest schema, for the length of `work`. */
export async function withDatabase<T>(
  work: (db: Database) => Promise<T>,
  options: ConnectOptions = {},
  { databaseUrl }: Pick<Config, 'databaseUrl'> = readConfig(process.env),
): Promise<T> {
  const db = connect(databaseUrl, options)
  try {
    await migrate(db)
    return await work(db)
  } finally {
    await db.destroy()
  }
}
