import type { Generated } from 'kysely'
import type { OptionalFlag, Time } from './schema.js'

/** What was changed of patches and series, so that it can be undone. */

/** Changes that were made together in one project: by a person at once, or by a rule for one reason. */
export interface ChangeBatchTable {
  id: Generated<number>
  project_id: number
  time: Time
  /** The name that the actor had; `actor_id` is null for the command line and for mail. */
  actor: string
  actor_id: number | null
  way: string
  /** The rule that made it; null: a person did. */
  rule: string | null
  /** What the rule relied on, to be read by people. */
  evidence: string | null
  /** The batch that it undoes. */
  undoes_id: number | null
  /** The first batch of a chain of undos; `is_redo`: whether it makes the changes of that one again. */
  origin_id: number | null
  is_redo: OptionalFlag
}

/** One changed field of a patch or a series. */
export interface ChangeItemTable {
  batch_id: number
  patch_id: number | null
  series_id: number | null
  field: 'state' | 'delegate' | 'archived' | 'previous' | 'commit_ref'
  /**
   * A state, a user, a flag, or the series before this one: 0 if a person decided that there is none, null if nobody
   * decided. Not foreign keys: they may be deleted since.
   */
  before: number | null
  after: number | null
  /** The values of a field that is a text. */
  before_text: string | null
  after_text: string | null
  /** The batch that undid it, as far as that was not undone itself. */
  undone_id: Generated<number | null>
}

export interface ChangeTables {
  change_batches: ChangeBatchTable
  change_items: ChangeItemTable
}
