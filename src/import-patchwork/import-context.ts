import type { Database } from '../db/schema.js'
import type { LookupCache } from './lookup-cache.js'
import type { Source } from './source.js'

/** What all steps of a move work with. */
export interface ImportContext {
  readonly db: Database
  readonly source: Source
  readonly lookups: LookupCache
  /** Hears of so many more rows that were gone through. */
  readonly onRows: (rows: number) => void
}

/** What was done to one table. */
export interface TableCounts {
  added: number
  changed: number
  removed: number
}
