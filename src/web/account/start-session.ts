import { BROWSER_COOKIE, BROWSER_LIFETIME, browserToken } from '../../auth/known-browser.js'
import { cookieName, newToken, SESSION_COOKIE, secretIn } from '../../auth/session.js'
import { transaction } from '../../db/transaction.js'
import { requireUnchanged, type User } from '../../domain/users/queries.js'
import { deleteSession, insertSession } from '../../domain/users/sessions.js'
import { recordLogin } from '../../domain/users/updates.js'
import { readCookie } from '../../util/cookies.js'
import { momentOf, timeAfter } from '../../util/time.js'
import { type RequestContext, setCookie } from '../framework/request-context.js'

/** A session lasts for two weeks, in seconds. */
const LIFETIME = 14 * 24 * 3600

/**
 * Logs a browser in and returns the secret of its session, which is always new: a secret that an attacker knew before
 * is worthless. `user` is the account whose password was verified; throws Conflict if the password was changed in the
 * meantime, which has ended all sessions.
 */
export async function startSession(context: RequestContext, user: User): Promise<string> {
  const { db: database, request, now } = context
  const { 'user-agent': agent = '' } = request.headers
  const before = secretIn(request, SESSION_COOKIE)
  const token = newToken()
  const expires = timeAfter(momentOf(now), LIFETIME * 1000)
  await transaction(database, async (db) => {
    await requireUnchanged(db, user)
    if (before !== undefined) await deleteSession(db, before)
    await insertSession(db, { userId: user.id, token, created: now, expires, agent })
    await recordLogin(db, user.id, now)
  })
  setCookie(context, SESSION_COOKIE, token, LIFETIME)
  rememberBrowser(context, user)
  return token
}

/** Lets the browser prove that it has opened the account, also when it is logged out. */
export function rememberBrowser(context: RequestContext, user: User): void {
  setCookie(context, BROWSER_COOKIE, browserToken(user, browserIn(context.request)), BROWSER_LIFETIME)
}

/** The browser of a request, by its headers. */
export function browserIn({ headers, isSecure }: RequestContext['request']): string | undefined {
  return readCookie(headers.cookie, cookieName(BROWSER_COOKIE, isSecure))
}

/** Logs a browser out, here and in itself. */
export async function endSession(context: RequestContext): Promise<void> {
  const token = secretIn(context.request, SESSION_COOKIE)
  if (token !== undefined) await deleteSession(context.db, token)
  setCookie(context, SESSION_COOKIE, '', 0)
}
