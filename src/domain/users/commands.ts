import { canAdminister, canEditUser, canManageAccount } from '../../auth/permissions.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { Conflict, NotFound } from '../../util/errors.js'
import { type Actor, type Input, readInput, requirePermission } from '../actor.js'
import { recordChange } from '../audit/updates.js'
import { type Expected, requireExpected } from '../expectation.js'
import { requireRules } from '../rule.js'
import { revokeTokens } from '../tokens/commands.js'
import { deletePasswordResets } from './confirmations.js'
import { findUserById, isUserNameTaken, type User } from './queries.js'
import { activateUser } from './registration.js'
import { ACCOUNT_RULES } from './rules.js'
import { deleteSessionOf, deleteSessionsOf } from './sessions.js'
import {
  type AccountChange,
  deleteAccount,
  insertUser,
  type NewUser,
  type UserChange,
  updateAccount,
  updatePassword,
  updateUser,
} from './updates.js'

/** Accounts as their owners and administrators change them: each change with its line in the audit trail. */

type Named = Pick<User, 'id' | 'username'>

/** Adds an account; gives its number. Throws Invalid for what breaks a rule, Conflict if another has its name. */
export async function addAccount(database: Database, actor: Actor, user: NewUser): Promise<number> {
  return await transaction(database, async (db) => {
    const { username: name, password: _, joined: __, ...after } = user
    await requirePermission(db, actor, 'admin', canAdminister)
    requireRules(ACCOUNT_RULES, user)
    await requireFreeName(db, name)
    const id = await insertUser(db, user)
    await recordChange(db, actor, { action: 'add', kind: 'user', name, after })
    return id
  })
}

/** What goes on opening an account whose password changes. */
export interface RetainedAccess {
  /** The token of the one session that does not end. */
  session?: string | undefined
  /** Whether its API tokens stay; by default they are revoked. */
  tokens?: boolean | undefined
}

/**
 * Changes an account as administrators may. Throws NotFound, EditConflict if a field is not as `expected`, and for a
 * new name as above.
 */
export async function changeAccount(
  database: Database,
  actor: Actor,
  id: number,
  change: AccountChange,
  expected: Expected<AccountChange> = {},
): Promise<void> {
  await transaction(database, async (db) => {
    await requirePermission(db, actor, 'admin', canAdminister)
    const user = await getById(db, id)
    requireExpected(user, change, expected)
    const { username } = change
    requireRules(ACCOUNT_RULES, change, user)
    if (username !== undefined && username.toLowerCase() !== user.username.toLowerCase())
      await requireFreeName(db, username)
    await updateAccount(db, id, change)
    if (Object.keys(change).length > 0) await recordFields(db, actor, user, change)
  })
}

/**
 * Changes what users may say of themselves. Throws NotFound, Invalid for what breaks a rule, and EditConflict if a
 * field is not as `expected`.
 */
export async function changeProfile(
  database: Database,
  actor: Actor,
  id: number,
  input: Input<UserChange>,
  expected: Expected<UserChange> = {},
): Promise<void> {
  await transaction(database, async (db) => {
    const user = await getById(db, id)
    await requirePermission(db, actor, 'admin', (viewer) => canEditUser(viewer, user))
    const change = await readInput(db, input)
    if (Object.keys(change).length === 0) return
    requireExpected(user, change, expected)
    requireRules(ACCOUNT_RULES, change, user)
    await updateUser(db, id, change)
    await recordFields(db, actor, user, change)
  })
}

/** Opens an account that was confirmed. */
export async function openAccount(database: Database, actor: Actor, user: Named): Promise<void> {
  await transaction(database, async (db) => {
    await activateUser(db, user.id)
    await recordChange(db, actor, { action: 'add', kind: 'user', name: user.username })
  })
}

/** Deletes an account with what is its own. Throws NotFound, and Conflict for one that posted checks. */
export async function removeAccount(database: Database, actor: Actor, username: string): Promise<void> {
  await transaction(database, async (db) => {
    await requirePermission(db, actor, 'admin', canAdminister)
    await deleteAccount(db, username)
    await recordChange(db, actor, { action: 'remove', kind: 'user', name: username })
  })
}

/**
 * Sets a password, hashed already. All that opened the account before ends with the old one, but for what is `kept`:
 * links that would set another, sessions and API tokens. Says whether tokens were revoked. Throws Forbidden for an
 * account that is neither the actor's own nor administered by them.
 */
export async function changePassword(
  database: Database,
  actor: Actor,
  user: Named,
  hash: string,
  kept: RetainedAccess = {},
): Promise<{ revokedTokens: boolean }> {
  const { id, username } = user
  return await transaction(database, async (db) => {
    await requirePermission(db, actor, 'admin', (viewer) => canManageAccount(viewer, { id }))
    await updatePassword(db, id, hash)
    await deletePasswordResets(db, id)
    await deleteSessionsOf(db, id, kept.session)
    const what = { kind: 'user', name: username, after: { password: hash } } as const
    await recordChange(db, actor, { ...what, action: 'change' })
    return { revokedTokens: !kept.tokens && (await revokeTokens(db, actor, user)) }
  })
}

/**
 * Runs `send`, which mails the owner of an account a link that sets another password, in the transaction that checks
 * the permission. Throws Forbidden as above.
 */
export async function sendPasswordLink<T>(
  database: Database,
  actor: Actor,
  { id }: Named,
  send: (db: Database) => Promise<T>,
): Promise<T> {
  return await transaction(database, async (db) => {
    await requirePermission(db, actor, 'admin', (viewer) => canManageAccount(viewer, { id }))
    return await send(db)
  })
}

/** Ends the sessions of an account: all, all but that of the token `kept`, or one of a number. */
export async function endSessions(
  database: Database,
  actor: Actor,
  { id, username }: Named,
  which: { kept?: string; only?: number } = {},
): Promise<void> {
  await transaction(database, async (db) => {
    await requirePermission(db, actor, 'admin', (viewer) => canManageAccount(viewer, { id }))
    const { numDeletedRows } =
      which.only === undefined
        ? await deleteSessionsOf(db, id, which.kept)
        : await deleteSessionOf(db, id, which.only)
    if (numDeletedRows > 0n)
      await recordChange(db, actor, { action: 'end sessions', kind: 'user', name: username })
  })
}

async function getById(db: Database, id: number): Promise<User> {
  const user = await findUserById(db, id)
  if (!user) throw new NotFound()
  return user
}

async function requireFreeName(db: Database, username: string): Promise<void> {
  if (await isUserNameTaken(db, username)) throw new Conflict(`There is a user '${username}' already.`)
}

async function recordFields(
  db: Database,
  actor: Actor,
  user: User,
  change: AccountChange | UserChange,
): Promise<void> {
  const names = Object.keys(change) as (keyof User)[]
  const before = Object.fromEntries(names.map((name) => [name, user[name]]))
  await recordChange(db, actor, {
    action: 'change',
    kind: 'user',
    name: user.username,
    before,
    after: change,
  })
}
