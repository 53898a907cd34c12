import type { Generated } from 'kysely'
import type { Time } from '../util/time.js'

/** What rules suggest to change, until somebody does it or dismisses it. */

/** Changes that a rule suggests to make together. */
export interface SuggestionTable {
  id: Generated<number>
  project_id: number
  /** `superseded`, `accepted` or `archived`. */
  rule: string
  /** What the rule acts on, such as `series 12`: there is one suggestion for each. */
  cause: string
  time: Time
  /** What the rule relies on, to be read by people. */
  evidence: string
  /** The series on whose page it is shown, besides those of its patches. */
  series_id: number | null
  /** When it was dismissed: the rule does not suggest it again. */
  dismissed: Time | null
}

/** What is suggested for one patch; null leaves a field as it is. */
export interface SuggestionItemTable {
  suggestion_id: number
  patch_id: number
  /** The state that the patch had. */
  from_state_id: number
  state_id: number | null
  archived: number | null
  commit_ref: string | null
}

/** A branch of a repository; patches that become commits of it get a state. */
export interface TreeTable {
  id: Generated<number>
  project_id: number
  url: string
  /** Without `refs/heads/`. */
  branch: string
  state_id: number
  /** The last commit that was looked at; null: none yet. */
  head: string | null
  fetched: Time | null
  /** When it is fetched next; null: as soon as possible. */
  due: Time | null
  /** Why it could not be fetched last time. */
  problem: string | null
  /** The patch up to which arrived mail was compared with commits of before; null: with none yet. */
  last_patch: number | null
}

/** What a commit of a tree is found by when one of its mails arrives later; of the newest commits only. */
export interface CommitKeyTable {
  id: Generated<number>
  project_id: number
  tree_id: number
  commit_ref: string
  /** The beginning of the digest of a message id, of a hash or key of its diff, or of its subject. */
  digest: string
}

/** What patches are found by, for projects with trees; written when their trees are fetched. */
export interface PatchKeyTable {
  patch_id: number
  project_id: number
  /** Its name in the form in which versions of one work agree. */
  name_key: string
  /** The digest of its diff without white space and line numbers; null without a diff. */
  diff_key: string | null
}

/** The projects whose series the rule for older versions still has to look at, because it was turned on. */
export interface RuleReviewTable {
  project_id: number
  /** The last series that it looked at. */
  position: number
}

export interface AutomationTables {
  trees: TreeTable
  patch_keys: PatchKeyTable
  commit_keys: CommitKeyTable
  rule_reviews: RuleReviewTable
  suggestions: SuggestionTable
  suggestion_items: SuggestionItemTable
}
