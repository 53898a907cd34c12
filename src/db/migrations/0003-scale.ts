import { sql } from 'kysely'
import { capabilities } from '../dialect/dialect.js'
import type { Database } from '../schema.js'

/** Columns that searches look into, of tables that grow without end. */
const SEARCHED = [
  ['patches', 'name'],
  ['covers', 'name'],
  ['series', 'name'],
] as const

/** What keeps searches quick at millions of rows. */
export async function up(db: Database): Promise<void> {
  await sql`create index users_lower_email on users (lower(email))`.execute(db)
  for (const [table, column] of SEARCHED) await capabilities(db).indexWords(db, table, column)
}
