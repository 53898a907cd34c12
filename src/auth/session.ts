import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Database, Time } from '../db/schema.js'
import type { User } from '../domain/users/queries.js'
import { findUserBySession } from '../domain/users/sessions.js'
import { readCookie } from '../util/cookies.js'

/** How browsers stay logged in; the pages and the API read it alike. */

/** The session cookie of a logged-in user. */
export const SESSION_COOKIE = 'patchwork_session'

/** Names a browser that has been shown a form without having logged in. */
export const FORM_COOKIE = 'patchwork_form'

/** 256 random bits in the form of our cookies; anything else is not looked up. */
const TOKEN = /^[\w-]{43}$/

/** Carries a message over to the next page. */
export const FLASH_COOKIE = 'patchwork_message'

/**
 * The name of a cookie, depending on whether users reach us by https. A `__Host-` cookie (RFC 6265bis, 4.1.3.2) can
 * only be set by this host over https: neither a neighbouring host nor a plain connection can plant one. With https,
 * the plain names are not read at all.
 */
export function cookieName(name: string, isSecure: boolean | undefined): string {
  return isSecure ? `__Host-${name}` : name
}

/** A new secret for a cookie. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** The secret in a request's cookie of that name; undefined if it has none of our form. */
export function tokenIn(header: string | undefined, name: string): string | undefined {
  const token = readCookie(header, name)
  return token !== undefined && TOKEN.test(token) ? token : undefined
}

interface Request {
  headers: { cookie?: string | undefined; 'x-csrftoken'?: string | string[] | undefined }
  /** Whether people reach us by https. */
  isSecure?: boolean
}

/** The secret of a request's cookie, by the plain name of the cookie. */
export function secretIn({ headers, isSecure }: Request, name: string): string | undefined {
  return tokenIn(headers.cookie, cookieName(name, isSecure))
}

/**
 * The secrets that prove that a form or a message belongs to the browser that sends it. With a session only its own
 * secret counts: a planted form cookie is known to the attacker, but opens nothing. Without a session the secret of
 * an ended session counts too, so that its forms lead to the login.
 */
export function csrfSecrets(request: Request, isLoggedIn: boolean): string[] {
  const names = isLoggedIn ? [SESSION_COOKIE] : [FORM_COOKIE, SESSION_COOKIE]
  return names.flatMap((name) => secretIn(request, name) ?? [])
}

/** Who has logged in with the browser that sends a request; undefined without a session. */
export async function viewerOf(db: Database, request: Request, now: Time): Promise<User | undefined> {
  const token = secretIn(request, SESSION_COOKIE)
  return token === undefined ? undefined : await findUserBySession(db, token, now)
}

/** The token that a form or script must send to prove that it comes from one of our pages. */
export function csrfToken(cookie: string): string {
  return createHash('sha256').update(`csrf ${cookie}`).digest('base64url')
}

/** Whether `sent` is the CSRF token that belongs to a cookie. */
export function isCsrfToken(cookie: string, sent: string): boolean {
  const [expected, actual] = [Buffer.from(csrfToken(cookie)), Buffer.from(sent)]
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}

/** Whether a request of a logged-in browser carries its CSRF token in `X-CSRFToken`: needed to write by script. */
export function hasCsrfHeader(request: Request): boolean {
  const token = secretIn(request, SESSION_COOKIE)
  const sent = request.headers['x-csrftoken']
  return token !== undefined && typeof sent === 'string' && isCsrfToken(token, sent)
}
