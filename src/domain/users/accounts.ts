import type { Updateable } from 'kysely'
import type { Database, UserTable } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { Conflict } from '../../util/errors.js'
import { invalidateMaintainers } from '../projects/maintainers.js'
import { invalidateProjects } from '../projects/projects.js'
import { deletePasswordResets, deleteRegistrations } from './confirmations.js'
import { deleteSessionsOf } from './sessions.js'
import { findUserById, getUser, type User } from './users.js'

/** Accounts as administrators see and change them; what users change of their own is `updateUser`. */

export type AccountChange = Partial<
  Pick<
    Updateable<UserTable>,
    'username' | 'email' | 'first_name' | 'last_name' | 'is_superuser' | 'is_active'
  >
>

/** Accounts by name, from behind `after` on. */
export async function listUsers(db: Database, after = '', limit = 1000): Promise<User[]> {
  return await db
    .selectFrom('users')
    .selectAll()
    .where('username', '>', after)
    .orderBy('username')
    .limit(limit)
    .execute()
}

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

/** What belongs to an account, shown before it is deleted. */
export interface Belongings {
  bundles: number
  /** Patches that it is to deal with. */
  delegated: number
  /** Addresses that are its own. */
  addresses: number
  hasChecks: boolean
}

export async function listBelongings(db: Database, id: number): Promise<Belongings> {
  const count = async (
    table: 'bundles' | 'patches' | 'people',
    column: 'owner_id' | 'delegate_id' | 'user_id',
  ) => {
    const row = await db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where(column, '=', id)
      .executeTakeFirstOrThrow()
    return row.count
  }
  return {
    bundles: await count('bundles', 'owner_id'),
    delegated: await count('patches', 'delegate_id'),
    addresses: await count('people', 'user_id'),
    hasChecks: await hasPostedChecks(db, id),
  }
}

async function hasPostedChecks(db: Database, id: number): Promise<boolean> {
  const checks = await db.selectFrom('checks').select('id').where('user_id', '=', id).limit(1).execute()
  return checks.length > 0
}

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
    for (const table of ['tokens', 'sessions', 'maintainers', 'delegation_rules', 'confirmations'] as const)
      await db.deleteFrom(table).where('user_id', '=', id).execute()
    await db.updateTable('people').set({ user_id: null }).where('user_id', '=', id).execute()
    await db.updateTable('patches').set({ delegate_id: null }).where('delegate_id', '=', id).execute()
    for (const column of ['actor_id', 'previous_delegate_id', 'current_delegate_id'] as const)
      await db
        .updateTable('events')
        .set({ [column]: null })
        .where(column, '=', id)
        .execute()
    await db.deleteFrom('users').where('id', '=', id).execute()
    invalidateMaintainers(db)
    invalidateProjects(db)
  })
}
