import type { Database } from '../db/schema.js'
import {
  findUser,
  findUserById,
  listPasswords,
  replacePasswordHash,
  type User,
} from '../domain/users/users.js'
import { Forbidden, TooMany } from '../util/errors.js'
import { knownBrowser } from './known-browser.js'
import { attemptsOf } from './login-attempts.js'
import { type HashLimits, hashLimitsOf, hashPassword, isOutdatedHash, verifyPassword } from './password.js'
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
export async function logIn(db: Database, credentials: Credentials, now: Date): Promise<User> {
  const { username, password, address, browser, isLoggedIn = false } = credentials
  const user = await findUser(db, username)
  const knownAs = user && (isLoggedIn ? 'session' : knownBrowser(user, browser))
  const attempt = attemptsOf(db).begin({ username, user, address, knownAs }, now.getTime())
  if (attempt.wait > 0) throw new TooMany('Too many wrong passwords; try again later.', attempt.wait)
  const { caller } = attempt
  const ceilings = await ceilingsIn(db, now, user?.password)
  const isRight = await verifyPassword(password, user?.password ?? NO_ACCOUNT, { caller, ceilings })
  if (!user || !isRight || password === '') throw new Forbidden('Invalid username/password.')
  if (user.is_active !== 1) throw new ClosedAccount('User inactive or deleted.')
  attempt.succeed()
  return await renewHash(db, user, password, caller)
}

/**
 * Stores a verified password in our own form where its hash is an old one. Somebody may have set another password since
 * it was verified, which must stay; or another login has renewed the hash first, and then the password still fits.
 * Throws Forbidden if it does not.
 */
async function renewHash(db: Database, user: User, password: string, caller: Caller): Promise<User> {
  if (!isOutdatedHash(user.password)) return user
  const hash = await hashPassword(password, caller)
  if (await replacePasswordHash(db, user, hash)) return { ...user, password: hash }
  const current = await findUserById(db, user.id)
  if (current?.is_active !== 1 || !(await verifyPassword(password, current.password, { caller })))
    throw new Forbidden('Invalid username/password.')
  return current
}

/** How long the costs of stored hashes are remembered, in milliseconds: old ones only ever get fewer. */
const CEILINGS_LIFETIME = 24 * 3_600_000

interface CachedTable {
  readonly ceilings: Promise<HashLimits>
  readonly until: number
}

/** Of each database: tests have several. */
const remembered = new WeakMap<Database, CachedTable>()

/** The ceilings of all accounts, of which `stored` is one. */
async function ceilingsIn(db: Database, now: Date, stored: string | undefined): Promise<HashLimits> {
  const found = remembered.get(db)
  const ceilings = found && found.until > now.getTime() ? await found.ceilings : await readCeilings(db, now)
  // An account that came since, such as by an import.
  if (stored === undefined || !isAbove(stored, ceilings)) return ceilings
  return await readCeilings(db, now)
}

async function readCeilings(db: Database, now: Date): Promise<HashLimits> {
  const ceilings = listPasswords(db).then((all) => hashLimitsOf(all.filter(isOutdatedHash)))
  remembered.set(db, { ceilings, until: now.getTime() + CEILINGS_LIFETIME })
  ceilings.catch(() => remembered.delete(db))
  return await ceilings
}

function isAbove(stored: string, ceilings: HashLimits): boolean {
  return [...hashLimitsOf([stored])].some(([algorithm, cost]) => cost > (ceilings.get(algorithm) ?? 0))
}
