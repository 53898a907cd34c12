import type { Insertable } from 'kysely'
import type { Database, EventTable } from '../db/schema.js'

export type NewEvent = Insertable<EventTable>

/** Records what happened, in the order given: in the transaction that makes it happen. */
export async function insertEvents(db: Database, events: readonly NewEvent[]): Promise<void> {
  if (events.length > 0) await db.insertInto('events').values(events).execute()
}
