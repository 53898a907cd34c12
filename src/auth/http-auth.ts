import { createHmac, randomBytes } from 'node:crypto'
import type { Database } from '../db/schema.js'
import { findUser, findUserByToken, type User } from '../domain/users/users.js'
import { Forbidden } from '../util/errors.js'
import { logIn } from './login.js'

/** Where a request comes from, and when. */
interface Origin {
  address: string
  now: Date
}

/**
 * Who sends a request, by its `Authorization` header: `Token …` or `Basic …`; undefined without one, and for
 * schemes that are not ours. Throws Forbidden for credentials that open nothing, TooMany for too many of them.
 */
export async function authenticate(
  db: Database,
  header: string | undefined,
  origin: Origin,
): Promise<User | undefined> {
  if (!header) return undefined
  const [scheme = '', ...rest] = header.split(/\s+/).filter((word) => word !== '')
  if (scheme.toLowerCase() === 'token') return await byToken(db, rest)
  if (scheme.toLowerCase() === 'basic') return await byPassword(db, rest, origin)
  return undefined
}

function onlyWord(kind: string, words: readonly string[]): string {
  const [word] = words
  if (word === undefined) throw new Forbidden(`Invalid ${kind} header. No credentials provided.`)
  if (words.length > 1)
    throw new Forbidden(
      `Invalid ${kind} header. ${kind === 'token' ? 'Token string' : 'Credentials string'} should not contain spaces.`,
    )
  return word
}

async function byToken(db: Database, words: readonly string[]): Promise<User> {
  const user = await findUserByToken(db, onlyWord('token', words))
  if (!user) throw new Forbidden('Invalid token.')
  return active(user)
}

/** Hashing is slow on purpose; clients that send their password each time would pay for it each time. */
const key = randomBytes(32)
const right = new Set<string>()
const MAX_REMEMBERED = 1000

async function byPassword(db: Database, words: readonly string[], origin: Origin): Promise<User> {
  const [username = '', ...rest] = Buffer.from(onlyWord('basic', words), 'base64').toString().split(':')
  const password = rest.join(':')
  const known = await findUser(db, username)
  if (known && right.has(proofOf(known, password))) return active(known)
  const user = await logIn(db, { username, password, address: origin.address }, origin.now)
  if (right.size >= MAX_REMEMBERED) right.clear()
  right.add(proofOf(user, password))
  return user
}

/** Another one once the account has another password. */
function proofOf(user: User, password: string): string {
  return createHmac('sha256', key).update(`${user.id} ${user.password}\0${password}`).digest('base64')
}

function active(user: User): User {
  if (user.is_active !== 1) throw new Forbidden('User inactive or deleted.')
  return user
}
