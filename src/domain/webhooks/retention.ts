import { deleteByIds } from '../../db/by-id.js'
import { prepare } from '../../db/prepared.js'
import type { Database, Time } from '../../db/schema.js'
import { lazyTransaction } from '../../db/transaction.js'

/** Deliveries that are deleted at once: on SQLite nothing else happens meanwhile. */
const BATCH_SIZE = 250

const oldDeliveries = prepare<{ before: Time }, { id: number }>((db, { before }) =>
  db
    .selectFrom('webhook_deliveries')
    .select('id')
    .where('created', '<', before)
    .orderBy('created')
    .limit(BATCH_SIZE),
)

const deliveriesOf = prepare<{ webhook: number }, { id: number }>((db, { webhook }) =>
  db.selectFrom('webhook_deliveries').select('id').where('webhook_id', '=', webhook).limit(BATCH_SIZE),
)

const nextWithDeliveries = prepare<{ after: number }, { webhook: number | null }>((db, { after }) =>
  db
    .selectFrom('webhook_deliveries')
    .select(({ fn }) => fn.min('webhook_id').as('webhook'))
    .where('webhook_id', '>', after),
)

const webhookIds = prepare((db) => db.selectFrom('webhooks').select('id'))

/**
 * The first removed webhook with deliveries: one step in an index for each webhook that has some, for a comparison of all
 * deliveries with all webhooks would read every one of them.
 */
async function removedWithDeliveries(db: Database): Promise<number | undefined> {
  const ids: number[] = []
  for (let after: number | null = 0; after !== null; ) {
    const [row] = await nextWithDeliveries(db, { after })
    after = row?.webhook ?? null
    if (after !== null) ids.push(after)
  }
  // Read last: a webhook is there before its deliveries, and ids are not given out again.
  const kept = new Set((await webhookIds(db, {})).map(({ id }) => id))
  return ids.find((id) => !kept.has(id))
}

/** Deletes deliveries from before a time, and those of removed webhooks, up to a number; returns how many. */
export async function deleteOldDeliveries(db: Database, before: Time): Promise<number> {
  let rows = await oldDeliveries(db, { before })
  if (rows.length === 0) {
    const webhook = await removedWithDeliveries(db)
    if (webhook === undefined) return 0
    rows = await deliveriesOf(db, { webhook })
  }
  const ids = rows.map(({ id }) => id)
  // What a crash of the machine brings back is deleted again.
  await lazyTransaction(db, async (db) => await deleteByIds(db, 'webhook_deliveries', ids))
  return ids.length
}
