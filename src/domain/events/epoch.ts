import { randomUUID } from 'node:crypto'
import { remember } from '../../db/cached-table.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'

/** The epoch of events: as long as it is the same, an id means the same event, and later events have larger ids. */

const epochs = remember<string>(readEpochs)

async function readEpochs(db: Database): Promise<string[]> {
  const rows = await db.selectFrom('event_epochs').select('epoch').execute()
  return rows.map(({ epoch }) => epoch)
}

/** The epoch, a UUID; a database that has none yet, such as a restored one, begins one. */
export async function eventsEpoch(db: Database): Promise<string> {
  const [known] = await epochs.list(db)
  return known ?? (await transaction(db, async (db) => (await readEpochs(db))[0] ?? (await beginEpoch(db))))
}

/** Begins another epoch, in the transaction after which ids may mean other events. */
export async function renewEventsEpoch(db: Database): Promise<void> {
  await db.deleteFrom('event_epochs').execute()
  await beginEpoch(db)
}

async function beginEpoch(db: Database): Promise<string> {
  const epoch = randomUUID()
  await db.insertInto('event_epochs').values({ epoch }).execute()
  epochs.forget(db)
  return epoch
}
