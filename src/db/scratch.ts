import { sql } from 'kysely'
import { capabilities } from './dialect/dialect.js'
import type { Database, Schema } from './schema.js'

/** A table to copy, with the columns of its indexes. */
export interface ScratchTable {
  readonly table: keyof Schema
  readonly indexes: readonly (readonly string[])[]
}

/**
 * Runs `work` on one connection whose queries find temporary copies of some tables in the place of these, so that
 * nothing of what they write is stored. Its transactions hold the writer's lock as any others; reads outside of them may
 * see the tables themselves.
 */
export async function withScratchTables<T>(
  database: Database,
  tables: readonly ScratchTable[],
  work: (db: Database) => Promise<T>,
): Promise<T> {
  const { temporarySchema } = capabilities(database)
  return await database.connection().execute(async (db) => {
    const made: string[] = []
    try {
      for (const { table, indexes } of tables) {
        await sql`create temporary table ${sql.ref(table)} as select * from ${sql.table(table)}`.execute(db)
        made.push(table)
        for (const columns of indexes) {
          const name = sql.ref(`scratch_${table}_${columns.join('_')}`)
          const keys = sql.join(columns.map((column) => sql.ref(column)))
          await sql`create index ${name} on ${sql.table(table)} (${keys})`.execute(db)
        }
      }
      return await work(db)
    } finally {
      for (const table of made) await sql`drop table ${sql.table(`${temporarySchema}.${table}`)}`.execute(db)
    }
  })
}
