import type { Kysely } from 'kysely'
import type { Database } from './schema.js'

/**
 * The same database, for tables and columns whose names are known only at run time: rows that are copied unchanged.
 * The compiler cannot check these queries.
 */
export function anyTable(db: Database): Kysely<Record<string, Record<string, unknown>>> {
  return db as unknown as Kysely<Record<string, Record<string, unknown>>>
}
