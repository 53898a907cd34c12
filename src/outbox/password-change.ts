import { isMailAddress } from '../config/mail-settings.js'
import type { Database } from '../db/schema.js'
import { transaction } from '../db/transaction.js'
import type { Actor } from '../domain/actor.js'
import { insertMail } from '../domain/outbox/updates.js'
import { findToken } from '../domain/tokens/queries.js'
import { changePassword, type RetainedAccess } from '../domain/users/commands.js'
import type { User } from '../domain/users/queries.js'
import { passwordChangedLetter } from './letters.js'

export interface PasswordChange {
  /** The account as it was before: the letter goes to the address that it had then. */
  user: User
  actor: Actor
  /** The new password, hashed already. */
  hash: string
  kept?: RetainedAccess | undefined
  /** What links in the letter begin with; empty where that is not known. */
  base: string
}

/**
 * Sets a password, for pages and commands: it ends sessions, API tokens and reset links, except those in `kept`, and
 * notifies the owner of the account by mail.
 */
export async function setPasswordAndNotify(
  database: Database,
  { user, actor, hash, kept = {}, base }: PasswordChange,
): Promise<void> {
  await transaction(database, async (db) => {
    const { revokedTokens } = await changePassword(db, actor, user, hash, kept)
    const hasTokens = (await findToken(db, user.id)) !== undefined
    const tokens = revokedTokens ? 'revoked' : hasTokens ? 'kept' : 'none'
    if (!isMailAddress(user.email)) return
    await insertMail(db, passwordChangedLetter({ ...user, base, tokens }), actor.time)
  })
}
