import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../config/config.js'
import type { Answer, AnswerCache } from './answer-cache.js'
import {
  ANONYMOUS,
  digestOf,
  hasFormCookie,
  isPersonal,
  type KnownLogin,
  keyOf,
  viewerOfLogin,
} from './answer-key.js'
import { PendingAnswer } from './pending-answer.js'
import { sendAnswer } from './send-answer.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether answers to GET depend on nothing but the database, the address and the caller. */
    isRemembered?: boolean
    /** Whether a query asks to wait for what is new, so that the answer belongs to no state of the database. */
    waits?: (query: URLSearchParams) => boolean
  }
  interface FastifyRequest {
    /** The answer that this request makes, to be remembered. */
    pendingAnswer: PendingAnswer | undefined
    /** The token that its `Authorization` header has, by number, and when it expires in milliseconds. */
    tokenUsed: { id: number; expires: number | undefined } | undefined
  }
}

/** The `config` of a route whose answers are remembered until the database changes. */
export const REMEMBERED = { isRemembered: true } as const

/** How often a request waits for others that make its answer, while the database changes beneath them. */
const MAX_WAITS = 2

/** Has the answers of routes that are `REMEMBERED` kept, and given again. To be called before routes are added. */
export function rememberAnswers(
  app: FastifyInstance,
  cache: AnswerCache,
  settings: Pick<Config, 'publicUrl'>,
): void {
  app.decorateRequest('pendingAnswer', undefined)
  app.decorateRequest('tokenUsed', undefined)
  app.addHook('onRoute', (route) => {
    if (!route.config?.isRemembered) return
    const { waits } = route.config
    const before = route.onRequest === undefined ? [] : [route.onRequest].flat()
    const look = (request: FastifyRequest, reply: FastifyReply, done: () => void) =>
      waits?.(request.query as URLSearchParams)
        ? done()
        : new Lookup(cache, settings, request, reply, done).start()
    route.onRequest = [...before, look]
  })
}

/** Says that the answer to a request depends on something else, such as the time. */
export function forgetAnswer(request: FastifyRequest): void {
  if (request.pendingAnswer) request.pendingAnswer.isUnfit = true
}

/** Says that the answer to a request is true until a moment, in milliseconds, if nothing changes. */
export function expireAnswer(request: FastifyRequest, expires: number): void {
  if (request.pendingAnswer) request.pendingAnswer.expires = expires
}

/** Notes the account, and the token if there is one, that the `Authorization` header of a request opens. */
export function noteLogin(
  request: FastifyRequest,
  login: { user: { id: number }; token?: { id: number; expires: string | null } | undefined } | undefined,
): void {
  const { user, token } = login ?? {}
  request.accountId = user?.id
  const expires = token?.expires ? Date.parse(`${token.expires}Z`) : undefined
  request.tokenUsed = token && { id: token.id, expires }
}

/** Who was found to send a request, once it has been handled. */
function loginOf({ accountId, tokenUsed }: FastifyRequest): KnownLogin | undefined {
  if (accountId === undefined) return undefined
  return { account: accountId, token: tokenUsed?.id, expires: tokenUsed?.expires }
}

/** The search for the answer to one request. */
class Lookup {
  readonly #cache: AnswerCache
  readonly #settings: Pick<Config, 'publicUrl'>
  readonly #request: FastifyRequest
  readonly #reply: FastifyReply
  /** Has the request handled as if nothing were remembered. */
  readonly #handle: () => void
  #waits = 0

  constructor(
    cache: AnswerCache,
    settings: Pick<Config, 'publicUrl'>,
    request: FastifyRequest,
    reply: FastifyReply,
    handle: () => void,
  ) {
    this.#cache = cache
    this.#settings = settings
    this.#request = request
    this.#reply = reply
    this.#handle = handle
  }

  start(): void {
    const { method, headers } = this.#request
    if ((method !== 'GET' && method !== 'HEAD') || isPersonal(headers)) return this.#handle()
    const { authorization } = headers
    // Before anything is read, so that what is read belongs to this stamp or a later one.
    const stamp = this.#cache.stamp()
    if (stamp === undefined) return this.#handle()
    if (authorization === undefined) return this.#find(this.#keyFor(ANONYMOUS), stamp)
    const digest = digestOf(authorization)
    const viewer = this.#cache.viewerOf(digest, stamp)
    if (viewer !== undefined) return this.#find(this.#keyFor(viewer), stamp)
    if (method === 'HEAD') return this.#handle()
    this.#request.pendingAnswer = new PendingAnswer(this.#cache, stamp, () => {
      const login = loginOf(this.#request)
      if (login === undefined) return undefined
      this.#cache.addLogin(digest, login, stamp)
      return this.#keyFor(viewerOfLogin(login))
    })
    this.#handle()
  }

  #keyFor(viewer: string): string {
    return keyOf(this.#request, viewer, this.#settings)
  }

  #find(key: string, stamp: number): void {
    const known = this.#cache.find(key, stamp)
    if (typeof known === 'object') {
      this.#cache.hits++
      return this.#send(key, known)
    }
    const { method, headers } = this.#request
    if (method === 'HEAD') return this.#handle()
    const isAlone = known === 'unfit' || hasFormCookie(headers) || this.#waits >= MAX_WAITS
    if (!isAlone && this.#cache.waitOrMake(key, stamp, () => this.#again())) return
    this.#cache.misses++
    if (!isAlone) {
      const pending = new PendingAnswer(this.#cache, stamp, () => key)
      this.#request.pendingAnswer = pending
      // A client that has gone leaves others waiting.
      this.#reply.raw.once('close', () => this.#cache.end(key, stamp))
    }
    this.#handle()
  }

  #send(key: string, answer: Answer): void {
    const { id, startedAt, raw: request } = this.#request
    this.#reply.hijack()
    sendAnswer(this.#cache, key, answer, { id, startedAt, request, response: this.#reply.raw })
  }

  #again(): void {
    this.#waits++
    this.start()
  }
}
