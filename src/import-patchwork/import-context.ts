import type { Database } from '../db/schema.js'
import type { LookupCache } from './lookup-cache.js'
import type { Source } from './source.js'

/** What all steps of an import share. */
export interface ImportContext {
  readonly db: Database
  readonly source: Source
  readonly lookups: LookupCache
  /** Called with the number of further rows read. */
  readonly onRows: (rows: number) => void
}

/** Counts of the changes to one table. */
export interface TableCounts {
  added: number
  changed: number
  removed: number
}
