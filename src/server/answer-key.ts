import { hash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Config } from '../config/config.js'
import { readCookie } from '../util/cookies.js'
import { isHttps } from './https.js'

/** Cookies that say who the caller is, or what only they are to read. */
const PERSONAL = /patchwork_(?:session|message)/

/** A cookie that changes a page only where it has a form, and such a page is not remembered. */
const FORM = 'patchwork_form'

/** The cookie of a visitor who chose what lists show. */
export const LIST_VIEW_COOKIE = 'list_view'

/** What is read of a request to find its answer. */
export interface Asked {
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly protocol: 'http' | 'https'
  readonly host: string
}

export const ANONYMOUS = 'anonymous'

/** An account and the token that opened it, in numbers. */
export interface KnownLogin {
  readonly account: number
  readonly token: number | undefined
  /** When the token expires, in milliseconds: no commit tells of that. */
  readonly expires: number | undefined
}

/**
 * Names a viewer who has logged in; what they may do is in the database. Tokens of one account may do different
 * things, so no two of them share an answer.
 */
export function viewerOfLogin({ account, token }: KnownLogin): string {
  return `account ${account} token ${token ?? ''}`
}

/** A token is too long to be guessed. A password is checked each time, so that guesses are counted. */
const TOKEN = /^(?:token|bearer)\s/i

/** Whether an answer may be one for a single browser, or for a password. */
export function isPersonal({ cookie, authorization }: IncomingHttpHeaders): boolean {
  if (authorization !== undefined) return cookie !== undefined || !TOKEN.test(authorization)
  return cookie !== undefined && PERSONAL.test(cookie)
}

/** Whether a page with a form would be another one for this browser. */
export function hasFormCookie({ cookie }: IncomingHttpHeaders): boolean {
  return cookie?.includes(FORM) ?? false
}

/** Credentials, without keeping what opens an account. */
export function digestOf(authorization: string): string {
  return hash('sha256', authorization, 'base64url')
}

/** All that an answer depends on besides the database. */
export function keyOf(asked: Asked, viewer: string, settings: Pick<Config, 'publicUrl'>): string {
  const { url, headers } = asked
  const choices = headers.cookie === undefined ? '' : choicesOf(headers.cookie)
  const base = settings.publicUrl === undefined ? `${asked.protocol}://${asked.host}` : ''
  // No header and no address has a line break in it, so that nobody makes two keys look the same.
  return `${viewer}\n${choices}\n${isHttps(asked, settings) ? 'secure' : ''}\n${base}\n${url}`
}

/** The colours that a reader has chosen, and what lists show. */
function choicesOf(cookies: string): string {
  const theme = readCookie(cookies, 'theme')
  const view = readCookie(cookies, LIST_VIEW_COOKIE)
  const colours = theme === 'light' || theme === 'dark' ? theme : ''
  return `${colours} ${view === 'series' || view === 'patches' ? view : ''}`
}
