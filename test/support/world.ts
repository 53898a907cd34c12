import type { Database } from '../../src/db/schema.js'

/** What databases hold before a test: the same each time, so that it is made once and copied. */
export interface World {
  /** No other world has this name. */
  readonly name: string
  /** Fills a database that is only migrated; must not depend on anything else. */
  populate(db: Database): Promise<void>
}
