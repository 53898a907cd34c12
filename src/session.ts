import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Database, Time } from './db/schema.js'
import { findUserBySession } from './store/session.js'
import type { User } from './store/user.js'

/** How browsers stay logged in; the pages and the API read it alike. */

/** Names the session of somebody who has logged in. */
export const SESSION_COOKIE = 'patchwork_session'

/** Names a browser that has been shown a form without having logged in. */
export const FORM_COOKIE = 'patchwork_form'

/** 256 random bits in the form of our cookies; anything else is not looked up. */
const TOKEN = /^[\w-]{43}$/

/** A new secret for a cookie. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** The value of a cookie (RFC 6265, 5.4) in a `Cookie` header; the first of several. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const equals = pair.indexOf('=')
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim()
  }
  return undefined
}

/** The secret in a request's cookie of that name; undefined if it has none of our form. */
export function tokenIn(header: string | undefined, name: string): string | undefined {
  const token = readCookie(header, name)
  return token !== undefined && TOKEN.test(token) ? token : undefined
}

interface Request {
  headers: { cookie?: string | undefined; 'x-csrftoken'?: string | string[] | undefined }
}

/** Who has logged in with the browser that sends a request; undefined without a session. */
export async function viewerOf(db: Database, request: Request, now: Time): Promise<User | undefined> {
  const token = tokenIn(request.headers.cookie, SESSION_COOKIE)
  return token === undefined ? undefined : await findUserBySession(db, token, now)
}

/** What a form or a script must send along to prove that it comes from a page of ours. */
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
  const token = tokenIn(request.headers.cookie, SESSION_COOKIE)
  const sent = request.headers['x-csrftoken']
  return token !== undefined && typeof sent === 'string' && isCsrfToken(token, sent)
}
