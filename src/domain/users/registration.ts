import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { capabilities } from '../../db/dialect/dialect.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { Invalid } from '../../util/errors.js'
import { oldestConfirmation } from './confirmations.js'
import { isUserNameTaken } from './queries.js'
import { insertUser, type NewUser } from './updates.js'

/** How many accounts are removed at once. */
const BATCH = 100

/**
 * Stores an account that opens nothing until it is confirmed; to be called in a transaction. Throws Invalid if its name
 * is taken, whatever its case.
 */
export async function insertUnconfirmedUser(
  db: Database,
  user: Omit<NewUser, 'is_superuser'>,
): Promise<number> {
  if (await isUserNameTaken(db, user.username)) throw nameTaken()
  try {
    return await insertUser(db, { ...user, is_superuser: false, is_active: false })
  } catch (error) {
    if (!capabilities(db).isUniqueViolation(error)) throw error
    throw nameTaken()
  }
}

function nameTaken(): Invalid {
  return new Invalid('This user name is taken.', { username: ['This user name is taken.'] })
}

/** Opens an account. */
export async function activateUser(db: Database, id: number): Promise<void> {
  await db.updateTable('users').set({ is_active: true }).where('id', '=', id).execute()
}

/**
 * Removes accounts that were registered and not confirmed in time; gives how many. One that somebody has made use
 * of meanwhile, such as an administrator who made it a maintainer, stays.
 */
export async function deleteUnconfirmedUsers(database: Database, now: Date): Promise<number> {
  const before = oldestConfirmation(now, 'registration')
  return await transaction(database, async (db) => {
    const rows = await db
      .selectFrom('users')
      .innerJoin('confirmations', 'confirmations.user_id', 'users.id')
      .select('users.id')
      .distinct()
      .where('confirmations.type', '=', 'registration')
      .where('confirmations.active', '=', 1)
      .where('confirmations.date', '<=', before)
      .where('users.is_active', '=', 0)
      .where('users.last_login', 'is', null)
      .where((eb) => eb.not(eb.or(USES.map(isUsedIn))))
      .limit(BATCH)
      .execute()
    const ids = rows.map(({ id }) => id)
    if (ids.length === 0) return 0
    await db
      .deleteFrom('confirmations')
      .where(capabilities(db).anyOf(sql.ref('user_id'), ids))
      .execute()
    await db
      .deleteFrom('users')
      .where(capabilities(db).anyOf(sql.ref('id'), ids))
      .execute()
    return ids.length
  })
}

function isUsedIn([table, column]: (typeof USES)[number]): RawBuilder<SqlBool> {
  return sql`exists (select 1 from ${sql.table(table)} as used where ${sql.ref(`used.${column}`)} = ${sql.ref('users.id')})`
}

/** Where accounts are referred to. */
const USES: readonly (readonly [table: string, column: string])[] = [
  ['people', 'user_id'],
  ['maintainers', 'user_id'],
  ['tokens', 'user_id'],
  ['sessions', 'user_id'],
  ['delegation_rules', 'user_id'],
  ['patches', 'delegate_id'],
  ['bundles', 'owner_id'],
  ['checks', 'user_id'],
  ['events', 'actor_id'],
  ['events', 'previous_delegate_id'],
  ['events', 'current_delegate_id'],
]
