import type { Generated } from 'kysely'
import type { Time } from './schema.js'

/** One change of the site, a project or an account; never of what mail brings. */
export interface AuditTable {
  id: Generated<number>
  time: Time
  /** Who made it, by their name at that time; `actor_id` is null for the command line. */
  actor: string
  actor_id: number | null
  way: string
  action: string
  /** Kind and name of the changed object; the name at that time. */
  kind: string
  name: string
  project_id: number | null
  /** JSON: the old and the new value of each field. */
  change: string
}

/** Work on all patches of a project that goes on in the background. */
export interface RecomputeTaskTable {
  id: Generated<number>
  kind: 'retag' | 'rehash'
  project_id: number
  /** Who asked for it, by the name they had then. */
  actor: string
  actor_id: number | null
  started: Time
  finished: Time | null
  /** How many patches there were when it began. */
  total: number
  /** The id of the last processed patch. */
  position: Generated<number>
  /** How many it has read, and how many of them had something else. */
  done: Generated<number>
  changed: Generated<number>
}

/** A failure that administrators get a letter about; one row, however often it happens. */
export interface FailureTable {
  id: Generated<number>
  kind: string
  name: string
  /** The most recent error message. */
  reason: string
  first: Time
  last: Time
  /** When administrators got the last letter about it. */
  told: Time | null
  /** How often it happened since the first time. */
  count: Generated<number>
}

/** What those who run the site see of its upkeep. */
export interface UpkeepTables {
  audit: AuditTable
  reworks: RecomputeTaskTable
  failures: FailureTable
}
