import type { Database } from '../db/schema.js'
import { findUserByToken, requireUnexpired, type Token } from '../domain/tokens/queries.js'
import { findUser, type User } from '../domain/users/queries.js'
import { Forbidden } from '../util/errors.js'
import { toTime } from '../util/time.js'
import type { AuthState } from './auth-state.js'
import { logIn } from './login.js'

/** Where a request comes from, and when. */
interface Origin {
  address: string
  now: Date
}

/** The account that credentials open, and the token if they are one. */
export interface Login {
  readonly user: User
  readonly token?: Token | undefined
}

/**
 * Who sends a request, by its `Authorization` header: `Token …`, `Bearer …` or `Basic …`; undefined without one, and
 * for schemes that are not ours. Throws Forbidden for credentials that open nothing, TooMany for too many of them.
 */
export async function authenticate(
  db: Database,
  auth: AuthState,
  header: string | undefined,
  origin: Origin,
): Promise<Login | undefined> {
  if (!header) return undefined
  const [scheme = '', ...rest] = header.split(/\s+/).filter((word) => word !== '')
  if (['token', 'bearer'].includes(scheme.toLowerCase())) return await byToken(db, auth, rest, origin)
  if (scheme.toLowerCase() === 'basic') return { user: await byPassword(db, auth, rest, origin) }
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

async function byToken(
  db: Database,
  auth: AuthState,
  words: readonly string[],
  { now }: Origin,
): Promise<Login> {
  const known = await findUserByToken(db, onlyWord('token', words))
  if (!known) throw new Forbidden('Invalid token.')
  requireUnexpired(known.token, toTime(now))
  active(known.user)
  auth.tokenUses.add(known.token.id)
  return known
}

async function byPassword(
  db: Database,
  auth: AuthState,
  words: readonly string[],
  origin: Origin,
): Promise<User> {
  const [username = '', ...rest] = Buffer.from(onlyWord('basic', words), 'base64').toString().split(':')
  const password = rest.join(':')
  const known = await findUser(db, username)
  if (known && auth.proven.has(known, password)) return active(known)
  const user = await logIn(db, auth, { username, password, address: origin.address }, origin.now)
  auth.proven.add(user, password)
  return user
}

function active(user: User): User {
  if (user.is_active !== 1) throw new Forbidden('User inactive or deleted.')
  return user
}
