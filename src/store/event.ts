import type { Insertable } from 'kysely'
import { insertRows } from '../db/prepared.js'
import type { Database, EventTable } from '../db/schema.js'

export type NewEvent = Insertable<EventTable>

/** Records what happened, in the order given: in the transaction that makes it happen. */
export async function insertEvents(db: Database, events: readonly NewEvent[]): Promise<void> {
  await insertRows(db, 'events', events)
}
