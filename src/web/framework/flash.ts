import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { cookieName, csrfSecrets, FLASH_COOKIE } from '../../auth/session.js'
import { readCookie } from '../../util/cookies.js'
import { parseId } from '../../util/text.js'

/** The result of an action, shown on the next page. */
export interface Flash {
  readonly text: string
  /** Whether something was not done as asked. */
  readonly isProblem: boolean
  /** The change of patches that was made, by number, to offer its undo. */
  readonly change?: number | undefined
}

/** A cookie may have 4,096 bytes in all. */
const MAX_LENGTH = 800

/** Longest that a browser keeps a message that no page has shown, in seconds. */
export const FLASH_LIFETIME = 60

/**
 * The value of the cookie that carries a message over a redirect: signed with a secret of this browser, so that a
 * planted cookie cannot show a forged message. `isLoggedIn`: whether the next page has a session. Undefined for a
 * browser that has no secret.
 */
export function flashValue(
  request: FastifyRequest,
  { text, isProblem, change }: Flash,
  isLoggedIn: boolean,
): string | undefined {
  const [secret] = csrfSecrets(request, isLoggedIn)
  if (secret === undefined) return undefined
  const value = Buffer.from(`${isProblem ? '!' : '.'}${change ?? ''} ${text.slice(0, MAX_LENGTH)}`).toString(
    'base64url',
  )
  return `${value}.${sign(secret, value)}`
}

/** The message that a request brings along. */
export function readFlash(request: FastifyRequest, isLoggedIn: boolean): Flash | undefined {
  const cookie = readCookie(request.headers.cookie, cookieName(FLASH_COOKIE, request.isSecure))
  if (cookie === undefined) return undefined
  const [value = '', signature = ''] = cookie.split('.', 2)
  if (!csrfSecrets(request, isLoggedIn).some((secret) => isSame(sign(secret, value), signature)))
    return undefined
  const [head, text] = splitOnce(Buffer.from(value, 'base64url').toString())
  const change = parseId(head.slice(1))
  return { text, isProblem: head.startsWith('!'), ...(change === undefined ? {} : { change }) }
}

function splitOnce(text: string): [string, string] {
  const space = text.indexOf(' ')
  return [text.slice(0, Math.max(space, 0)), text.slice(space + 1)]
}

function sign(secret: string, value: string): string {
  return createHmac('sha256', secret).update(`message ${value}`).digest('base64url')
}

function isSame(expected: string, actual: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(actual)]
  return a.length === b.length && timingSafeEqual(a, b)
}
