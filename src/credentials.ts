import { createHmac, randomBytes } from 'node:crypto'
import type { Database } from './db/schema.js'
import { Forbidden } from './errors.js'
import { verifyPassword } from './password.js'
import { findUser, findUserByToken, type User } from './store/user.js'

/**
 * Who sends a request, by its `Authorization` header: `Token …` or `Basic …`; undefined without one, and for
 * schemes that are not ours. Throws Forbidden for credentials that open nothing.
 */
export async function authenticate(db: Database, header: string | undefined): Promise<User | undefined> {
  if (!header) return undefined
  const [scheme = '', ...rest] = header.split(/\s+/).filter((word) => word !== '')
  if (scheme.toLowerCase() === 'token') return await byToken(db, rest)
  if (scheme.toLowerCase() === 'basic') return await byPassword(db, rest)
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

async function byPassword(db: Database, words: readonly string[]): Promise<User> {
  const [username = '', ...password] = Buffer.from(onlyWord('basic', words), 'base64').toString().split(':')
  // A null character is nothing that PostgreSQL would even look for.
  const user = username.includes('\0') ? undefined : await findUser(db, username)
  if (!user || !isRight(password.join(':'), user.password)) throw new Forbidden('Invalid username/password.')
  return active(user)
}

function active(user: User): User {
  if (user.is_active !== 1) throw new Forbidden('User inactive or deleted.')
  return user
}

/** Hashing is slow on purpose; clients that send their password each time would pay for it each time. */
const key = randomBytes(32)
const right = new Set<string>()
const MAX_REMEMBERED = 1000

function isRight(password: string, stored: string): boolean {
  const proof = createHmac('sha256', key).update(`${stored}\0${password}`).digest('base64')
  if (right.has(proof)) return true
  if (!verifyPassword(password, stored)) return false
  if (right.size >= MAX_REMEMBERED) right.clear()
  right.add(proof)
  return true
}
