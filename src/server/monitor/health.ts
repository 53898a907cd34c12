import { pendingMigrations } from '../../db/migrate.js'
import type { Database } from '../../db/schema.js'

/** How long the database may take to answer, in milliseconds. */
const DATABASE_TIMEOUT_MS = 2000

/** Why the database is of no use to us now, in a few words; undefined if it is. */
export async function healthProblem(db: Database): Promise<string | undefined> {
  const late = Promise.withResolvers<string>()
  const timer = setTimeout(() => late.resolve('the database does not answer in time'), DATABASE_TIMEOUT_MS)
  try {
    return await Promise.race([askDatabase(db), late.promise])
  } finally {
    clearTimeout(timer)
  }
}

async function askDatabase(db: Database): Promise<string | undefined> {
  try {
    const pending = await pendingMigrations(db)
    return pending.length > 0 ? `the database waits for ${pending.join(', ')}` : undefined
  } catch {
    return 'the database does not answer'
  }
}
