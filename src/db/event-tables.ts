import type { Generated } from 'kysely'

/** Names the numbering of events: one row, or none between a restore and the first read. */
export interface EventEpochTable {
  id: Generated<number>
  /** A UUID: another one after a restore or a move, when the same id may mean another event. */
  epoch: string
}

/** What belongs to events besides themselves. */
export interface EventTables {
  event_epochs: EventEpochTable
}
