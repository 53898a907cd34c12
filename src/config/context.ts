import type { Database } from '../db/schema.js'
import type { Log } from '../util/log.js'
import type { Config } from './config.js'

/** What the server works with: opened once, closed once, by whoever starts it. */
export interface Context {
  readonly config: Config
  readonly db: Database
  readonly log: Log
  /** The clock, so that tests can set it. */
  readonly now: () => Date
}
