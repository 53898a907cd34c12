import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { FORM_COOKIE, readCookie, SESSION_COOKIE, tokenIn } from '../session.js'

/** What became of an action, told on the page that follows it. */
export interface Message {
  readonly text: string
  /** Whether something was not done as asked. */
  readonly isProblem: boolean
}

const COOKIE = 'patchwork_message'

/** A cookie may have 4,096 bytes in all. */
const MAX_LENGTH = 800

/** Longest that a browser keeps a message that no page has shown, in seconds. */
const LIFETIME = 60

/**
 * The cookie that carries a message over a redirect: signed with a secret of that very browser, so that nobody
 * who can plant a cookie puts words into our mouth. Undefined for a browser that has no secret.
 */
export function messageCookie(request: FastifyRequest, { text, isProblem }: Message): string | undefined {
  const [secret] = secretsOf(request)
  if (secret === undefined) return undefined
  const value = Buffer.from((isProblem ? '!' : '.') + text.slice(0, MAX_LENGTH)).toString('base64url')
  return `${COOKIE}=${value}.${sign(secret, value)}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${LIFETIME}`
}

/** Takes the cookie back, once its message is shown. */
export const NO_MESSAGE_COOKIE = `${COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0`

/** The message that a request brings along. */
export function readMessage(request: FastifyRequest): Message | undefined {
  const cookie = readCookie(request.headers.cookie, COOKIE)
  if (cookie === undefined) return undefined
  const [value = '', signature = ''] = cookie.split('.', 2)
  if (!secretsOf(request).some((secret) => isSame(sign(secret, value), signature))) return undefined
  const text = Buffer.from(value, 'base64url').toString()
  return { text: text.slice(1), isProblem: text.startsWith('!') }
}

/** The form's secret first: it outlives logging in and out. */
function secretsOf({ headers }: FastifyRequest): string[] {
  return [FORM_COOKIE, SESSION_COOKIE].flatMap((name) => tokenIn(headers.cookie, name) ?? [])
}

function sign(secret: string, value: string): string {
  return createHmac('sha256', secret).update(`message ${value}`).digest('base64url')
}

function isSame(expected: string, actual: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(actual)]
  return a.length === b.length && timingSafeEqual(a, b)
}
