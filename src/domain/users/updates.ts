import type { Updateable } from 'kysely'
import type { UserTable } from '../../db/account-tables.js'
import type { Database, Time } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { Conflict } from '../../util/errors.js'
import { invalidateCheckers } from '../projects/checkers.js'
import { invalidateMaintainers } from '../projects/maintainers.js'
import { invalidateProjects } from '../projects/updates.js'
import { deletePasswordResets, deleteRegistrations } from './confirmations.js'
import { findUserById, getUser, hasPostedChecks, type User } from './queries.js'
import { deleteSessionsOf } from './sessions.js'

export interface NewUser {
  username: string
  email: string
  first_name: string
  last_name: string
  /** Already hashed. */
  password: string
  is_superuser: boolean
  /** False: it opens nothing yet. */
  is_active?: boolean
  joined: Time
}

export async function insertUser(db: Database, user: NewUser): Promise<number> {
  const { id } = await db.insertInto('users').values(user).returning('id').executeTakeFirstOrThrow()
  return id
}

/**
 * Stores another hash of the password that `user` was verified with; false if the account's password is not that one
 * any more, and then nothing changes.
 */
export async function replacePasswordHash(
  db: Database,
  user: Pick<User, 'id' | 'password'>,
  hash: string,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('users')
    .set({ password: hash })
    .where('id', '=', user.id)
    .where('password', '=', user.password)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Sets a password; it is hashed already. */
export async function updatePassword(db: Database, id: number, hash: string): Promise<void> {
  await db.updateTable('users').set({ password: hash }).where('id', '=', id).execute()
}

/** Notes when an account was last opened. */
export async function recordLogin(db: Database, id: number, now: Time): Promise<void> {
  await db.updateTable('users').set({ last_login: now }).where('id', '=', id).execute()
}

export type UserChange = Pick<
  Updateable<UserTable>,
  'first_name' | 'last_name' | 'send_email' | 'items_per_page' | 'show_ids' | 'list_view'
>

/** Changes what a user may change of their own account. */
export async function updateUser(db: Database, id: number, change: UserChange): Promise<void> {
  if (Object.keys(change).length === 0) return
  await db.updateTable('users').set(change).where('id', '=', id).execute()
}

/** Accounts as administrators see and change them; what users change of their own is `updateUser`. */

export type AccountChange = Partial<
  Pick<
    Updateable<UserTable>,
    'username' | 'email' | 'first_name' | 'last_name' | 'is_superuser' | 'is_active'
  >
>

/**
 * Changes an account. Where it is closed, all sessions end. Links that were mailed before lose their effect where they
 * would undo the change: those for a new password also where the address changes.
 */
export async function updateAccount(database: Database, id: number, change: AccountChange): Promise<void> {
  if (Object.keys(change).length === 0) return
  const { email, is_active } = change
  const isClosed = is_active !== undefined && !is_active
  await transaction(database, async (db) => {
    const before = await findUserById(db, id)
    const isMoved = email !== undefined && email !== before?.email
    await db.updateTable('users').set(change).where('id', '=', id).execute()
    if (isClosed) await deleteSessionsOf(db, id)
    if (isClosed || isMoved) await deletePasswordResets(db, id)
    if (isClosed) await deleteRegistrations(db, id)
  })
}

/** Rows of these belong to their `user_id`, and go with it. */
const OWN_TABLES = [
  'tokens',
  'sessions',
  'maintainers',
  'checkers',
  'bots',
  'delegation_rules',
  'confirmations',
] as const

/**
 * Deletes an account with what is its own: tokens, sessions, bundles, rights and rules. Patches stay, delegated to
 * nobody; mail stays with the addresses it came from. Throws NotFound, and Conflict for one that posted checks.
 */
export async function deleteAccount(database: Database, username: string): Promise<void> {
  await transaction(database, async (db) => {
    const { id } = await getUser(db, username)
    if (await hasPostedChecks(db, id))
      throw new Conflict(`'${username}' has posted checks, which name who did; close the account instead.`)
    const owned = db.selectFrom('bundles').select('id').where('owner_id', '=', id)
    await db.deleteFrom('bundle_patches').where('bundle_id', 'in', owned).execute()
    await db.deleteFrom('bundles').where('owner_id', '=', id).execute()
    for (const table of OWN_TABLES) await db.deleteFrom(table).where('user_id', '=', id).execute()
    await db.updateTable('people').set({ user_id: null }).where('user_id', '=', id).execute()
    await db.updateTable('patches').set({ delegate_id: null }).where('delegate_id', '=', id).execute()
    await db.updateTable('webhooks').set({ user_id: null }).where('user_id', '=', id).execute()
    for (const column of ['actor_id', 'previous_delegate_id', 'current_delegate_id'] as const)
      await db
        .updateTable('events')
        .set({ [column]: null })
        .where(column, '=', id)
        .execute()
    await db.deleteFrom('users').where('id', '=', id).execute()
    invalidateMaintainers(db)
    invalidateCheckers(db)
    invalidateProjects(db)
  })
}
