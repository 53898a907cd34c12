import type { Database } from './db/schema.js'
import { Forbidden, TooMany } from './errors.js'
import { hashPassword, isOutdatedHash, verifyPassword } from './password.js'
import { findUser, findUserById, replacePasswordHash, type User } from './store/user.js'
import { Throttle } from './throttle.js'

/** How passwords open accounts, for the pages and the API alike. */

const QUARTER_HOUR = 15 * 60_000

/**
 * Failures that somebody may make: few from one address; more for one account, or whoever knows its name could lock
 * its owner out with a handful of wrong guesses.
 */
class Failures {
  readonly byAddress = new Throttle({ limit: 20, window: QUARTER_HOUR })
  readonly byAccount = new Throttle({ limit: 50, window: 4 * QUARTER_HOUR })
}

/** Of each database: tests have several. */
const failures = new WeakMap<Database, Failures>()

function failuresOf(db: Database): Failures {
  let found = failures.get(db)
  if (!found) failures.set(db, (found = new Failures()))
  return found
}

/** Stands in for accounts that are not there, so that these take as long to refuse. */
const NO_ACCOUNT = '!'

/** Nothing opens the account: it is not confirmed yet, or was closed. */
export class ClosedAccount extends Forbidden {}

export interface Credentials {
  username: string
  password: string
  /** Where they come from. */
  address: string
}

/**
 * The account that a name and a password open. Throws Forbidden with one sentence for all that may be wrong with
 * them, ClosedAccount where they are right, and TooMany for whoever has been wrong too often, whatever they send now.
 */
export async function logIn(db: Database, credentials: Credentials, now: Date): Promise<User> {
  const { username, password, address } = credentials
  const { byAddress, byAccount } = failuresOf(db)
  const started = now.getTime()
  const wait = Math.max(byAddress.wait(address, started), byAccount.wait(username, started))
  if (wait > 0) throw new TooMany('Too many wrong passwords; try again later.', wait)
  // Counted before the password is looked at, so that many at once are no way around.
  byAddress.count(address, started)
  byAccount.count(username, started)
  const user = await findUser(db, username)
  const isRight = await verifyPassword(password, user?.password ?? NO_ACCOUNT)
  if (!user || !isRight || password === '') throw new Forbidden('Invalid username/password.')
  if (user.is_active !== 1) throw new ClosedAccount('User inactive or deleted.')
  // Only this one: a right password for an account of their own is no licence to guess those of others.
  byAddress.uncount(address)
  byAccount.forget(username)
  return await renewHash(db, user, password)
}

/**
 * Stores a verified password in our own form where its hash is an old one. Somebody may have set another password since
 * it was verified, which must stay; or another login has renewed the hash first, and then the password still fits.
 * Throws Forbidden if it does not.
 */
async function renewHash(db: Database, user: User, password: string): Promise<User> {
  if (!isOutdatedHash(user.password)) return user
  const hash = await hashPassword(password)
  if (await replacePasswordHash(db, user, hash)) return { ...user, password: hash }
  const current = await findUserById(db, user.id)
  if (current?.is_active !== 1 || !(await verifyPassword(password, current.password)))
    throw new Forbidden('Invalid username/password.')
  return current
}
