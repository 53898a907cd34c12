import { canAdminister } from '../../auth/permissions.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { type Actor, requirePermission } from '../actor.js'
import { recordChange } from '../audit/updates.js'
import { cancelMail, retryMail } from './updates.js'

/** Mail that people have taken or sent again: with its line in the audit trail. */

/**
 * Records that a mail of the journal was processed again, and as what, failures included. Call it in the transaction
 * that processes the mail: it throws Forbidden for actors who may not have that done.
 */
export async function recordRetry(db: Database, actor: Actor, id: number, outcome: string): Promise<void> {
  await requirePermission(db, actor, 'admin', canAdminister)
  await recordChange(db, actor, { action: 'retry', kind: 'mail', name: String(id), after: { outcome } })
}

/** Has mail of the outbox tried again that was given up or waits; says whether there was such mail. */
export async function retryOutgoing(database: Database, actor: Actor, id: number): Promise<boolean> {
  return await transaction(database, async (db) => {
    await requirePermission(db, actor, 'admin', canAdminister)
    if (!(await retryMail(db, id, actor.time))) return false
    return await recordChange(db, actor, { action: 'retry', kind: 'outgoing mail', name: String(id) })
  })
}

/** Has mail of the outbox that waits never sent; says whether there was such mail. */
export async function cancelOutgoing(database: Database, actor: Actor, id: number): Promise<boolean> {
  return await transaction(database, async (db) => {
    await requirePermission(db, actor, 'admin', canAdminister)
    if (!(await cancelMail(db, id, actor.time))) return false
    return await recordChange(db, actor, { action: 'cancel', kind: 'outgoing mail', name: String(id) })
  })
}
