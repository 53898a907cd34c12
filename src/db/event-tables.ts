import type { Generated } from 'kysely'
import type { Time } from '../util/time.js'

export interface EventTable {
  id: Generated<number>
  category: string
  project_id: number
  date: Time
  actor_id: number | null
  patch_id: number | null
  series_id: number | null
  cover_id: number | null
  previous_state_id: number | null
  current_state_id: number | null
  previous_delegate_id: number | null
  current_delegate_id: number | null
  previous_relation_id: number | null
  current_relation_id: number | null
  check_id: number | null
  patch_comment_id: number | null
  cover_comment_id: number | null
}

/** Names the numbering of events: one row, or none between a restore and the first read. */
export interface EventEpochTable {
  id: Generated<number>
  /** A UUID: another one after a restore or a move, when the same id may mean another event. */
  epoch: string
}

/** What happened. */
export interface EventTables {
  events: EventTable
  event_epochs: EventEpochTable
}
