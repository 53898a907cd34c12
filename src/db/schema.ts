import type { ColumnType, Generated, Kysely } from 'kysely'
import type { Time } from '../util/time.js'
import type { AccountTables } from './account-tables.js'
import type { AutomationTables } from './automation-tables.js'
import type { ChangeTables } from './change-tables.js'
import type { CheckTables } from './check-tables.js'
import type { CounterTables } from './counter-tables.js'
import type { EventTable, EventTables } from './event-tables.js'
import type { MoveTables } from './import-tables.js'
import type { MailTables } from './mail-tables.js'
import type { OutboxTables } from './outbox-tables.js'
import type { PatchTables } from './patch-tables.js'
import type { PrerequisiteTable, SeriesDependencyTable, SeriesReferenceTable } from './series-tables.js'
import type { BotTable, CheckerTable, TokenTable } from './token-tables.js'
import type {
  SeriesEventTable,
  TopicDecisionTable,
  TopicLinkTable,
  TopicMemberTable,
  TopicMentionTable,
} from './topic-tables.js'
import type { UpkeepTables } from './upkeep-tables.js'
import type { WebhookTables } from './webhook-tables.js'

/** The database, or one transaction of it: every query of `domain/` takes one first. */
export type Database = Kysely<Schema>

export type { EventTable, Time }

/** A yes or no: an integer on both databases, so that rows look the same; booleans may be written. */
export type Flag = ColumnType<number, boolean | number, boolean | number>

/** The same, with a default. */
export type OptionalFlag = ColumnType<number, boolean | number | undefined, boolean | number>

export interface ProjectTable {
  id: Generated<number>
  link_name: string
  name: string
  list_id: string
  list_email: string
  /** RE2 pattern; of several projects with one list id, the mail's subject decides. Empty: the default one. */
  subject_match: string
  web_url: string
  scm_url: string
  webscm_url: string
  list_archive_url: string
  list_archive_url_format: string
  commit_url_format: string
  send_notifications: Flag
  use_tags: Flag
  show_dependencies: Flag
  /** What it does by itself: `off`, `suggest` or `on`, for each rule. */
  auto_superseded: Generated<string>
  auto_accepted: Generated<string>
  auto_archived: Generated<string>
  /** Days without a change after which a closed series is archived. */
  archive_days: Generated<number>
  list_view: Generated<string>
  /** The contexts of which every patch needs a check, with commas between them; `required_contexts` has them as rows. */
  required_contexts: Generated<string>
  /** When it was removed: it receives no more mail, and its data is deleted in small batches. */
  removed: Generated<Time | null>
}

/** An address that mail came from. */
export interface PersonTable {
  id: Generated<number>
  email: string
  /** `email` in lower case: addresses are looked up without regard to case, on every database alike. */
  email_key: string
  name: string | null
  user_id: number | null
}

/** The mails that say who somebody is, whatever order they arrive in: each as its date, to the second, and its message id. */
export interface PersonMailTable {
  person_id: number
  /** The first of all; it decides the case of the address. */
  first: string
  /** The last one with a name; empty: there is none. */
  named: string
}

export interface MaintainerTable {
  user_id: number
  project_id: number
}

export interface StateTable {
  id: Generated<number>
  name: string
  slug: string
  ordering: number
  action_required: Flag
}

export interface TagTable {
  id: Generated<number>
  name: string
  /** RE2 pattern. */
  pattern: string
  abbrev: string
  show_column: Flag
}

export interface PatchTable {
  id: Generated<number>
  project_id: number
  /** With its angle brackets. */
  msgid: string
  date: Time
  /** When it reached us, whatever the sender's clock said. */
  received: Time
  name: string
  submitter_id: number
  state_id: number
  delegate_id: number | null
  archived: OptionalFlag
  hash: string | null
  pull_url: string | null
  commit_ref: string | null
  series_id: number | null
  /** Place in the series, from 1. */
  number: number | null
  relation_id: number | null
  /** How many of the newest checks, one for each context and user, are in each state. */
  checks_pending: Generated<number>
  checks_success: Generated<number>
  checks_warning: Generated<number>
  checks_fail: Generated<number>
  /** When the last of its pending checks expires; null if there is none, or one that does not expire. */
  checks_pending_until: Generated<Time | null>
}

/** The long texts of a patch: lists never read them. */
export interface PatchTextTable {
  patch_id: number
  headers: string
  content: string
  diff: string | null
  /** Characters of `content` that stood above the diff; null where all did, or where that is not known. */
  above_diff: number | null
  /** The bytes of the diff in base64; null where they are the UTF-8 of `diff`. */
  diff_bytes: string | null
}

export interface CoverTable {
  id: Generated<number>
  project_id: number
  msgid: string
  date: Time
  received: Time
  name: string
  submitter_id: number
}

export interface CoverTextTable {
  cover_id: number
  headers: string
  content: string
}

/** A comment is never listed without its text, so the text is in the row, at its end. */
export interface PatchCommentTable {
  id: Generated<number>
  patch_id: number
  msgid: string
  date: Time
  submitter_id: number
  addressed: number | null
  headers: string
  content: string
  /** The cover that the mail answers where the comment is stored with another mail, as of a thread before it; else null. */
  answered_cover_id: number | null
}

export interface CoverCommentTable extends Omit<PatchCommentTable, 'patch_id'> {
  cover_id: number
}

export interface SeriesTable {
  id: Generated<number>
  project_id: number
  /** Null until the cover or the first patch has come. */
  name: string | null
  date: Time
  received: Time
  submitter_id: number
  version: number
  /** How many patches its mails say it has. */
  total: number
  cover_id: number | null
  /** What its earliest mail is compared by, whose date and submitter it has; null in rows of older versions. */
  earliest: string | null
  /** When the first of its mails reached their list; null in rows of older versions, and then that of the earliest counts. */
  reached: Time | null
  /** The name of the sender in its earliest mail, empty if that has none; null in rows of older versions. */
  sender_name: string | null
}

/** Patches that belong together are those with one relation; the relation itself has nothing but its number. */
export interface PatchRelationTable {
  id: Generated<number>
}

export interface BundleTable {
  id: Generated<number>
  owner_id: number
  project_id: number
  name: string
  public: Flag
}

export interface BundlePatchTable {
  id: Generated<number>
  bundle_id: number
  patch_id: number
  position: number
}

/** Who a patch goes to by the files it touches. */
export interface DelegationRuleTable {
  id: Generated<number>
  project_id: number
  user_id: number
  /** fnmatch pattern; `*` crosses slashes. */
  path: string
  /** Higher first. */
  priority: number
}

/** State changes that no letter to the submitter has named yet. */
export interface PendingNotificationTable {
  patch_id: number
  orig_state_id: number
  last_modified: Time
}

export interface Schema
  extends MoveTables,
    UpkeepTables,
    ChangeTables,
    EventTables,
    WebhookTables,
    PatchTables,
    AutomationTables,
    AccountTables,
    CheckTables,
    CounterTables,
    MailTables,
    OutboxTables {
  projects: ProjectTable
  people: PersonTable
  person_mails: PersonMailTable
  maintainers: MaintainerTable
  tokens: TokenTable
  checkers: CheckerTable
  bots: BotTable
  states: StateTable
  tags: TagTable
  patches: PatchTable
  patch_texts: PatchTextTable
  covers: CoverTable
  cover_texts: CoverTextTable
  patch_comments: PatchCommentTable
  cover_comments: CoverCommentTable
  series: SeriesTable
  series_references: SeriesReferenceTable
  series_dependencies: SeriesDependencyTable
  patch_relations: PatchRelationTable
  bundles: BundleTable
  bundle_patches: BundlePatchTable
  delegation_rules: DelegationRuleTable
  pending_notifications: PendingNotificationTable
  prerequisites: PrerequisiteTable
  series_events: SeriesEventTable
  topic_members: TopicMemberTable
  topic_links: TopicLinkTable
  topic_decisions: TopicDecisionTable
  topic_mentions: TopicMentionTable
}
