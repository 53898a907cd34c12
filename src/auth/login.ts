import type { Database } from '../db/schema.js'
import { findUser, findUserById, type User } from '../domain/users/queries.js'
import { replacePasswordHash } from '../domain/users/updates.js'
import { Forbidden, TooMany } from '../util/errors.js'
import type { AuthState } from './auth-state.js'
import { knownBrowser } from './known-browser.js'
import type { Passwords } from './password.js'
import type { Caller } from './password-queue.js'

/** How passwords open accounts, for the pages and the API alike. */

/** Stands in for accounts that are not there, so that these take as long to refuse. */
const NO_ACCOUNT = '!'

/** Nothing opens the account: it is not confirmed yet, or was closed. */
export class ClosedAccount extends Forbidden {}

export interface Credentials {
  username: string
  password: string
  /** The address of the client, as the server determines it. */
  address: string
  /** The cookie that may prove that the browser has opened the account before. */
  browser?: string | undefined
  /** Whether the browser is logged in to the account, and only confirms that it is its owner. */
  isLoggedIn?: boolean
}

/**
 * The account that a name and a password open. Throws Forbidden with one sentence for all that may be wrong with
 * them, ClosedAccount where they are right, and TooMany after too many wrong attempts, even if these are right.
 */
export async function logIn(
  db: Database,
  auth: AuthState,
  credentials: Credentials,
  now: Date,
): Promise<User> {
  const { username, password, address, browser, isLoggedIn = false } = credentials
  const user = await findUser(db, username)
  const knownAs = user && (isLoggedIn ? 'session' : knownBrowser(user, browser))
  const claim = { username, user: user && { id: user.id }, address, knownAs }
  const attempt = await auth.attempts.begin(claim, now.getTime())
  if (attempt.wait > 0) throw new TooMany('Too many wrong passwords; try again later.', attempt.wait)
  const { caller } = attempt
  const hashLimits = await auth.hashLimits.of(db, now, user?.password)
  const isRight = await auth.passwords.verify(password, user?.password ?? NO_ACCOUNT, { caller, hashLimits })
  if (!user || !isRight || password === '') throw new Forbidden('Invalid username/password.')
  if (user.is_active !== 1) throw new ClosedAccount('User inactive or deleted.')
  await auth.attempts.succeed(claim, caller.isKnown, now.getTime())
  return await renewHash(db, auth.passwords, user, password, caller)
}

/**
 * Stores a verified password in our own format if its hash has an old one. The password may have changed since it was
 * verified, and then the new one stays; or another login has renewed the hash first, and then the password still
 * matches. Throws Forbidden if it does not.
 */
async function renewHash(
  db: Database,
  passwords: Passwords,
  user: User,
  password: string,
  caller: Caller,
): Promise<User> {
  if (!passwords.isOutdated(user.password)) return user
  const hash = await passwords.hash(password, caller)
  if (await replacePasswordHash(db, user, hash)) return { ...user, password: hash }
  const current = await findUserById(db, user.id)
  if (current?.is_active !== 1 || !(await passwords.verify(password, current.password, { caller })))
    throw new Forbidden('Invalid username/password.')
  return current
}
