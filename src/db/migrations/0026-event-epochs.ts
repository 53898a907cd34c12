import { randomUUID } from 'node:crypto'
import type { Database } from '../schema.js'
import { Tables } from '../tables.js'

/** The epoch of the ids of events; a backup has none, so that a restored database begins another one. */
export async function up(db: Database): Promise<void> {
  await new Tables(db).table('event_epochs', (table) => table.texts('epoch'))
  await db.insertInto('event_epochs').values({ epoch: randomUUID() }).execute()
}
