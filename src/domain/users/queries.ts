import { type Selectable, sql } from 'kysely'
import type { UserTable } from '../../db/account-tables.js'
import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { prepare } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'
import { Conflict, NotFound } from '../../util/errors.js'
import { hasNullCharacter } from '../../util/text.js'

export type User = Selectable<UserTable>

const byName = prepare<{ name: string }, User>((db, { name }) =>
  db.selectFrom('users').selectAll().where('username', '=', name),
)

/** The account of that name. */
export async function findUser(db: Database, username: string): Promise<User | undefined> {
  return hasNullCharacter(username) ? undefined : (await byName(db, { name: username }))[0]
}

/** The same; throws NotFound if there is none. */
export async function getUser(db: Database, username: string): Promise<User> {
  const user = await findUser(db, username)
  if (!user) throw new NotFound(`There is no user '${username}'.`)
  return user
}

const byId = prepare<{ id: number }, User>((db, { id }) =>
  db.selectFrom('users').selectAll().where('id', '=', id),
)

/** The account of that number. */
export async function findUserById(db: Database, id: number): Promise<User | undefined> {
  return (await byId(db, { id }))[0]
}

const idsByName = prepare<{ name: string }, { id: number }>((db, { name }) =>
  db.selectFrom('users').select('id').where(sql`lower(username)`, '=', name),
)

const idsById = prepare<{ id: number }, { id: number }>((db, { id }) =>
  db.selectFrom('users').select('id').where('id', '=', id),
)

/** The numbers of the accounts of a number or of a name, whatever its case. */
export async function findUserIds(
  db: Database,
  by: { id: number } | { username: string },
): Promise<number[]> {
  const rows = await ('id' in by ? idsById(db, by) : idsByName(db, { name: by.username.toLowerCase() }))
  return rows.map(({ id }) => id)
}

const byEmail = prepare<{ email: string }, User>((db, { email }) =>
  db
    .selectFrom('users')
    .selectAll()
    .where(sql`lower(email)`, '=', sql<string>`lower(${email})`)
    .orderBy('id')
    .limit(1),
)

/** The account of that mail address, whatever its case; the oldest of several. */
export async function findUserByEmail(db: Database, email: string): Promise<User | undefined> {
  return (await byEmail(db, { email }))[0]
}

const byNameOrAddress = prepare<{ text: string }, { id: number; is_active: number; by_name: number }>(
  (db, { text }) =>
    db
      .selectFrom('users')
      .select([
        'id',
        'is_active',
        sql<number>`case when lower(username) = ${text} then 1 else 0 end`.as('by_name'),
      ])
      .where((eb) =>
        eb.or([
          eb(sql`lower(username)`, '=', text),
          eb(sql`lower(email)`, '=', text),
          eb('id', 'in', eb.selectFrom('people').select('user_id').where('email_key', '=', text)),
        ]),
      )
      .orderBy('by_name', 'desc')
      .orderBy('is_active', 'desc')
      .orderBy('id')
      .limit(1)
      .$castTo<{ id: number; is_active: number; by_name: number }>(),
)

/** The account of a user name or of a mail address that is its own, whatever its case; by name first. */
export async function findUserByNameOrAddress(
  db: Database,
  text: string,
): Promise<{ id: number } | undefined> {
  return (await byNameOrAddress(db, { text: text.toLowerCase() }))[0]
}

/** The hashes of all passwords. */
export async function listPasswords(db: Database): Promise<string[]> {
  const rows = await db.selectFrom('users').select('password').execute()
  return rows.map(({ password }) => password)
}

/**
 * For a transaction that acts on an account that was read before it: the account must still be open, and by the same
 * password. Throws Conflict otherwise.
 */
export async function requireUnchanged(db: Database, user: Pick<User, 'id' | 'password'>): Promise<void> {
  const current = await findUserById(db, user.id)
  if (current?.is_active !== 1 || current.password !== user.password)
    throw new Conflict('The account was changed at the same time; try again.')
}

/** Accounts of an address, whatever its case, that can be opened. */
export async function listActiveUsersOf(db: Database, email: string): Promise<User[]> {
  return await db
    .selectFrom('users')
    .selectAll()
    .where(sql`lower(email)`, '=', email.toLowerCase())
    .where('is_active', '=', 1)
    .orderBy('id')
    .limit(5)
    .execute()
}

/** Whether an account has that name, or one that differs in case alone. */
export async function isUserNameTaken(db: Database, username: string): Promise<boolean> {
  const rows = await db
    .selectFrom('users')
    .select('id')
    .where(sql`lower(username)`, '=', username.toLowerCase())
    .limit(1)
    .execute()
  return rows.length > 0
}

export interface UserRow {
  id: number
  username: string
  first_name: string
  last_name: string
  email: string
  send_email: number
  items_per_page: number
  show_ids: number
}

export const usersById = byIds<UserRow>((db, ids) =>
  db
    .selectFrom('users')
    .select([
      'id',
      'username',
      'first_name',
      'last_name',
      'email',
      'send_email',
      'items_per_page',
      'show_ids',
    ])
    .where((eb) => capabilities(db).anyOf(eb.ref('id'), ids)),
)

/** Those of some accounts that are open. */
export const openAccounts = byIds<{ id: number }>((db, ids) =>
  db
    .selectFrom('users')
    .select('id')
    .where('is_active', '=', 1)
    .where((eb) => capabilities(db).anyOf(eb.ref('id'), ids)),
)

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

export async function hasPostedChecks(db: Database, id: number): Promise<boolean> {
  const checks = await db.selectFrom('checks').select('id').where('user_id', '=', id).limit(1).execute()
  return checks.length > 0
}
