import type { Generated } from 'kysely'
import type { Time } from './schema.js'

/** Which series are postings of one work. */

/** Each series in its topic, with what other series of its topic are found by. */
export interface TopicMemberTable {
  series_id: number
  project_id: number
  /** The id of one of its series: the topic has nothing else. */
  topic_id: number
  submitter_id: number
  /** Its name in the form in which versions of one work agree. */
  name_key: string
  version: number
  /** The date and the message id of its earliest mail, see `orderSent`; the date alone in rows of older versions. */
  date: string
  /** Whether it is the newest of its topic. */
  is_latest: number
}

/** What shows that a series continues an earlier one. */
export interface TopicLinkTable {
  series_id: number
  earlier_id: number
  reason: 'change-id' | 'supersedes' | 'link' | 'reply' | 'name' | 'patch-names' | 'files'
  /** How certain it is, of 100. */
  score: number
}

/** What a person decided about the version before a series; the rules never override it. */
export interface TopicDecisionTable {
  series_id: number
  /** Null: it has none. */
  earlier_id: number | null
  date: Time
}

/** What a mail says of earlier versions; kept, because these may arrive later. */
export interface TopicMentionTable {
  project_id: number
  patch_id: number | null
  cover_id: number | null
  kind: 'change-id' | 'supersedes' | 'link' | 'reply'
  /** A message id in brackets, `change-id:…`, `series-1`, `patch-1` or `cover-1`. */
  target: string
  /** The order in which a mail names its targets: the nearest reference first. */
  position: number
}

/** What happens between the versions of series; apart from other events, whose numbers and lists stay as they are. */
export interface SeriesEventTable {
  id: Generated<number>
  category: 'series-version-linked' | 'series-superseded' | 'check-requested'
  project_id: number
  date: Time
  /** Not a foreign key: the account may be deleted. */
  actor_id: number | null
  series_id: number
  /** The version that it continues, or by which it is superseded; null: it continues none any more. */
  other_id: number | null
  /** Why it continues that version. */
  reason: string | null
  /** Of a request for checks: what is to be tested, with commas between; empty: everything. */
  contexts: Generated<string | null>
}
