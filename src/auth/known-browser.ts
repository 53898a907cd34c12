import { createHmac, timingSafeEqual } from 'node:crypto'
import type { User } from '../domain/users/queries.js'
import { newToken } from './session.js'

/** Browsers that an account was opened with: strangers who guess its password do not keep its owner out of them. */

/** Names a browser that has logged in, also when its session is over. */
export const BROWSER_COOKIE = 'patchwork_browser'

/** How long a browser is known after it has logged in, in seconds. */
export const BROWSER_LIFETIME = 180 * 24 * 3600

type Opened = Pick<User, 'id' | 'password'>

/** The cookie of a browser after a successful login; `current` is its present value. */
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

/** Keyed by the stored hash, which is secret and changes with the password. */
function signature({ id, password }: Opened, name: string): string {
  return createHmac('sha256', password).update(`known browser ${id} ${name}`).digest('base64url')
}
