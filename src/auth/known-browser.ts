import { createHmac, timingSafeEqual } from 'node:crypto'
import type { User } from '../domain/users/queries.js'
import { newToken } from './session.js'

/** Browsers that an account was opened with: strangers who guess its password do not keep its owner out of them. */

/** Names a browser that has logged in, also when its session is over. */
export const BROWSER_COOKIE = 'patchwork_browser'

/** How long a browser is known after it has logged in, in seconds. */
export const BROWSER_LIFETIME = 180 * 24 * 3600

type Opened = Pick<User, 'id' | 'password'>

/** What the cookie of a browser says once it has opened an account; `current` is what it says so far. */
export function browserToken(user: Opened, current: string | undefined): string {
  const name = knownBrowser(user, current) ?? newToken()
  return `${name}.${signature(user, name)}`
}

/** The name of a browser, if its cookie proves that it has opened the account since its password was set. */
export function knownBrowser(user: Opened, cookie: string | undefined): string | undefined {
  const [, name = '', sent = ''] = /^([\w-]{43})\.([\w-]{43})$/.exec(cookie ?? '') ?? []
  if (name === '') return undefined
  const [expected, actual] = [Buffer.from(signature(user, name)), Buffer.from(sent)]
  return expected.length === actual.length && timingSafeEqual(expected, actual) ? name : undefined
}

/** Keyed by the stored hash, which nobody outside knows, and which ends with the password. */
function signature({ id, password }: Opened, name: string): string {
  return createHmac('sha256', password).update(`known browser ${id} ${name}`).digest('base64url')
}
