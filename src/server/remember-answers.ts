import { hash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../config/config.js'
import { readCookie } from '../util/cookies.js'
import type { Answer, AnswerCache } from './answer-cache.js'
import { chooseEncoding, compress, type Encoding } from './compress.js'
import { isNamed } from './etag.js'
import { headerName } from './header-names.js'
import { timingSince } from './headers.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether answers to GET depend on nothing but the database, the address and the caller. */
    isRemembered?: boolean
  }
  interface FastifyRequest {
    /** The answer that this request makes, to be remembered. */
    pendingAnswer: PendingAnswer | undefined
  }
}

/** The `config` of a route whose answers are remembered until the database changes. */
export const REMEMBERED = { isRemembered: true } as const

/** Headers of a single request; all others belong to the answer. */
const OF_THE_REQUEST = new Set(['x-request-id', 'server-timing', 'content-length', 'date', 'connection'])

/** What an answer may vary by: all of these are in its key. */
const KEYED = new Set(['cookie', 'authorization', 'accept-encoding'])

/** Cookies that say who the caller is, or what only they are to read. */
const PERSONAL = /patchwork_(?:session|message)/

/** A cookie that changes a page only where it has a form, and such a page is not remembered. */
const FORM = 'patchwork_form'

/** How often a request waits for others that make its answer, while the database changes beneath them. */
const MAX_WAITS = 2

/** Has the answers of routes that are `REMEMBERED` kept, and given again. To be called before routes are added. */
export function rememberAnswers(
  app: FastifyInstance,
  cache: AnswerCache,
  settings: Pick<Config, 'publicUrl'>,
): void {
  app.decorateRequest('pendingAnswer', undefined)
  const look = (request: FastifyRequest, reply: FastifyReply, done: () => void) =>
    new Lookup(cache, settings, request, reply, done).start()
  app.addHook('onRoute', (route) => {
    if (!route.config?.isRemembered) return
    const before = route.onRequest === undefined ? [] : [route.onRequest].flat()
    route.onRequest = [...before, look]
  })
}

/** Says that the answer to a request depends on something else, such as the time. */
export function forgetAnswer(request: FastifyRequest): void {
  if (request.pendingAnswer) request.pendingAnswer.isUnfit = true
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
    const { authorization, cookie } = headers
    if (method !== 'GET' || (cookie !== undefined && PERSONAL.test(cookie))) return this.#handle()
    // Before anything is read, so that what is read belongs to this stamp or a later one.
    const stamp = this.#cache.stamp()
    if (stamp === undefined) return this.#handle()
    if (authorization === undefined) return this.#find(this.#keyFor('anonymous'), stamp)
    if (cookie !== undefined) return this.#handle()
    const digest = hash('sha256', authorization, 'base64url')
    const account = this.#cache.accountOf(digest, stamp)
    if (account !== undefined) return this.#find(this.#keyFor(`account ${account}`), stamp)
    this.#request.pendingAnswer = new PendingAnswer(this.#cache, stamp, () => {
      const { accountId } = this.#request
      if (accountId === undefined) return undefined
      this.#cache.addAccount(digest, accountId, stamp)
      return this.#keyFor(`account ${accountId}`)
    })
    this.#handle()
  }

  /** All that an answer depends on besides the database. */
  #keyFor(viewer: string): string {
    const { url, headers, isSecure } = this.#request
    const theme = headers.cookie === undefined ? '' : themeOf(headers.cookie)
    // No header and no address has a line break in it, so that nobody makes two keys look the same.
    return `${viewer}\n${theme}\n${isSecure ? 'secure' : ''}\n${this.#base()}\n${url}`
  }

  #base(): string {
    const { publicUrl } = this.#settings
    return publicUrl === undefined ? `${this.#request.protocol}://${this.#request.host}` : ''
  }

  #find(key: string, stamp: number): void {
    const known = this.#cache.find(key, stamp)
    if (typeof known === 'object') {
      this.#cache.hits++
      return sendAnswer(this.#cache, key, known, this.#request, this.#reply)
    }
    const isForm = this.#request.headers.cookie?.includes(FORM) ?? false
    const isAlone = known === 'unfit' || isForm || this.#waits >= MAX_WAITS
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

  #again(): void {
    this.#waits++
    this.start()
  }
}

/** The colours that a reader has chosen. */
function themeOf(cookies: string): string {
  const theme = readCookie(cookies, 'theme')
  return theme === 'light' || theme === 'dark' ? theme : ''
}

/** An answer in the making. */
export class PendingAnswer {
  isUnfit = false
  readonly #cache: AnswerCache
  readonly #stamp: number
  readonly #findKey: () => string | undefined
  #key: string | undefined

  /** `findKey` is called once the request has been handled; without a key nothing is remembered. */
  constructor(cache: AnswerCache, stamp: number, findKey: () => string | undefined) {
    this.#cache = cache
    this.#stamp = stamp
    this.#findKey = findKey
  }

  /** Takes the answer as it is before it is compressed, with all headers. */
  keep(reply: FastifyReply, body: string | Buffer, mayCompress: boolean): void {
    this.#key = this.#findKey()
    if (this.#key === undefined) return
    const headers = this.isUnfit ? undefined : headersOf(reply)
    // What failed may succeed the next time.
    if (headers === undefined) {
      if (reply.statusCode < 500) this.#cache.addUnfit(this.#key, this.#stamp)
    } else
      this.#cache.add(this.#key, {
        stamp: this.#stamp,
        headers,
        etag: String(reply.getHeader('etag')),
        body: typeof body === 'string' ? Buffer.from(body) : body,
        mayCompress,
      })
    this.#cache.end(this.#key, this.#stamp)
  }

  /** There is nothing to remember, such as a stream. */
  leave(): void {
    this.isUnfit = true
    this.#key = this.#findKey()
    if (this.#key === undefined) return
    this.#cache.addUnfit(this.#key, this.#stamp)
    this.#cache.end(this.#key, this.#stamp)
  }

  keepEncoded(encoding: Encoding, bytes: Buffer): void {
    if (this.#key !== undefined) this.#cache.addEncoded(this.#key, this.#stamp, encoding, bytes)
  }
}

/** The headers of an answer that can be given to others; undefined if it can't. */
function headersOf(reply: FastifyReply): string[] | undefined {
  if (reply.statusCode !== 200) return undefined
  const list: string[] = []
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (OF_THE_REQUEST.has(name) || value === undefined) continue
    if (name === 'set-cookie' || Array.isArray(value)) return undefined
    if (name === 'cache-control' && String(value).includes('no-store')) return undefined
    if (name === 'vary' && !String(value).split(',').every(isKeyed)) return undefined
    list.push(headerName(name), String(value))
  }
  return list
}

function isKeyed(name: string): boolean {
  return KEYED.has(name.trim().toLowerCase())
}

/** Sends an answer without Fastify, which would take as long as all else. */
function sendAnswer(
  cache: AnswerCache,
  key: string,
  answer: Answer,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { headers } = request
  if (isNamed(answer.etag, headers['if-none-match'])) return write(304, request, reply, answer)
  const { body, mayCompress, stamp } = answer
  const encoding = mayCompress ? chooseEncoding(headers['accept-encoding'], body.length) : undefined
  if (encoding === undefined) return write(200, request, reply, answer, body)
  const known = answer[encoding]
  if (known) return write(200, request, reply, answer, known, encoding)
  compress(body, encoding, (error, compressed) => {
    if (error || !compressed) return write(200, request, reply, answer, body)
    cache.addEncoded(key, stamp, encoding, compressed)
    write(200, request, reply, answer, compressed, encoding)
  })
}

function write(
  status: 200 | 304,
  { id, startedAt }: FastifyRequest,
  reply: FastifyReply,
  { headers }: Answer,
  body?: Buffer,
  encoding?: Encoding,
): void {
  const list = ['X-Request-Id', id, ...headers, 'Server-Timing', timingSince(startedAt)]
  if (body) list.push('Content-Length', String(body.length))
  else list.splice(list.indexOf('Content-Type'), 2)
  if (encoding) list.push('Content-Encoding', encoding)
  reply.hijack()
  reply.raw.writeHead(status, list)
  reply.raw.end(body)
}
