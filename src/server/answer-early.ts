import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Config } from '../config/config.js'
import type { Answer, AnswerCache } from './answer-cache.js'
import { ANONYMOUS, digestOf, isPersonal, keyOf } from './answer-key.js'
import { hasManyHeaders } from './limits.js'
import type { CountEarly } from './rate-limit.js'
import { sendAnswer } from './send-answer.js'

interface Options {
  readonly cache: AnswerCache
  readonly settings: Pick<Config, 'publicUrl'>
  /** Counts a request where callers have a limit. */
  readonly countEarly: CountEarly | undefined
}

/** A look that brings more requests than fit into this is followed by others at once. */
const MAX_TURN_MS = 1

/** What Fastify makes of a request: its address, its host and its protocol, as trusted proxies say. */
type View = new (raw: IncomingMessage) => FastifyRequest

/** An answer that is known, and what it was found for. */
interface Found {
  readonly key: string
  readonly answer: Answer
  readonly request: FastifyRequest
}

/**
 * Gives answers that are remembered before a request is routed, which takes as long as all else. What was ever
 * remembered for an address has passed all checks of the address; those of a single request are made here, and whatever
 * is not found, or not allowed, goes the usual way.
 */
export function answerEarly(app: FastifyInstance, options: Options): void {
  const { server } = app
  const [route] = server.listeners('request') as RequestListener[]
  if (!route) return
  const early = new EarlyAnswers(app, options, route)
  server.removeListener('request', route)
  server.prependListener('request', (request, response) => early.answer(request, response))
}

class EarlyAnswers {
  readonly #app: FastifyInstance
  readonly #cache: AnswerCache
  readonly #settings: Pick<Config, 'publicUrl'>
  readonly #countEarly: CountEarly | undefined
  readonly #route: RequestListener
  #view: View | undefined
  #isStopping = false
  #stamp: number | undefined
  #stampUntil = 0

  constructor(app: FastifyInstance, { cache, settings, countEarly }: Options, route: RequestListener) {
    this.#app = app
    this.#cache = cache
    this.#settings = settings
    this.#countEarly = countEarly
    this.#route = route
    app.addHook('onRequest', (request, _, done) => {
      this.#view ??= viewOf(request)
      done()
    })
    // From then on Fastify ends each connection after its answer.
    app.addHook('preClose', (done) => {
      this.#isStopping = true
      done()
    })
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const startedAt = performance.now()
    const stamp = this.#mayAnswer(request) ? this.#stampAt(startedAt) : undefined
    const found = stamp === undefined ? undefined : this.#find(request, stamp)
    if (!found) return this.#route(request, response)
    if (!this.#countEarly) return this.#send(found, response, startedAt)
    void this.#answerWithinLimit(this.#countEarly, found, response, startedAt)
  }

  async #answerWithinLimit(
    countEarly: CountEarly,
    found: Found,
    response: ServerResponse,
    startedAt: number,
  ) {
    const isAllowed = await countEarly(found.request)
    // Meanwhile there may have been a commit.
    if (isAllowed && this.#cache.stamp() === found.answer.stamp) this.#send(found, response, startedAt)
    else this.#route(found.request.raw, response)
  }

  /**
   * The state of the database, read once for all requests that one look at the network brings: they were sent before
   * it, so that nobody who sent one can have been told of a later commit.
   */
  #stampAt(now: number): number | undefined {
    if (now >= this.#stampUntil) {
      this.#stamp = this.#cache.stamp()
      this.#stampUntil = now + MAX_TURN_MS
      // Runs before the next look.
      setImmediate(this.#endTurn)
    }
    return this.#stamp
  }

  readonly #endTurn = () => {
    this.#stampUntil = 0
  }

  #mayAnswer(request: IncomingMessage): boolean {
    const { method, headers } = request
    return (
      (method === 'GET' || method === 'HEAD') &&
      !this.#isStopping &&
      headers['content-length'] === undefined &&
      headers['transfer-encoding'] === undefined &&
      !isPersonal(headers) &&
      !hasManyHeaders(request)
    )
  }

  #find(raw: IncomingMessage, stamp: number): Found | undefined {
    if (!this.#view) return undefined
    const { authorization } = raw.headers
    const viewer =
      authorization === undefined ? ANONYMOUS : this.#cache.viewerOf(digestOf(authorization), stamp)
    if (viewer === undefined) return undefined
    const request = new this.#view(raw)
    const key = keyOf(request, viewer, this.#settings)
    const answer = this.#cache.find(key, stamp)
    return typeof answer === 'object' ? { key, answer, request } : undefined
  }

  #send(
    { key, answer, request: { raw: request } }: Found,
    response: ServerResponse,
    startedAt: number,
  ): void {
    this.#cache.hits++
    const id = this.#app.makeRequestId(request)
    sendAnswer(this.#cache, key, answer, { request, response, id, startedAt })
    this.#cache.onEarly?.(
      request.method as string,
      answer.route,
      response.statusCode,
      performance.now() - startedAt,
    )
  }
}

/** Fastify does not tell its class of requests, but each of them has it. */
function viewOf(request: FastifyRequest): View {
  class Raw {
    readonly raw: IncomingMessage
    readonly routeOptions = { config: {} }

    constructor(raw: IncomingMessage) {
      this.raw = raw
    }
  }
  Object.setPrototypeOf(Raw.prototype, Object.getPrototypeOf(request))
  return Raw as unknown as View
}
