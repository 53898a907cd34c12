import type { FastifyReply } from 'fastify'
import type { AnswerCache } from './answer-cache.js'
import type { Encoding } from './compress.js'
import { headerName } from './header-names.js'
import { routeName } from './route-name.js'

/** Headers of a single request; all others belong to the answer. */
const OF_THE_REQUEST = new Set(['x-request-id', 'server-timing', 'content-length', 'date', 'connection'])

/** What an answer may vary by: all of these are in its key. */
const KEYED = new Set(['cookie', 'authorization', 'accept-encoding'])

/** An answer in the making. */
export class PendingAnswer {
  isUnfit = false
  /** When the answer is no longer true, in milliseconds. */
  expires: number | undefined
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
    const key = this.#findKey()
    if (key === undefined) return
    if (this.#cache.admits(key, this.#stamp, body.length)) {
      this.#key = key
      this.#remember(key, reply, body, mayCompress)
    }
    this.#cache.end(key, this.#stamp)
  }

  #remember(key: string, reply: FastifyReply, body: string | Buffer, mayCompress: boolean): void {
    const headers = this.isUnfit ? undefined : headersOf(reply)
    if (headers)
      this.#cache.add(key, {
        stamp: this.#stamp,
        route: routeName(reply.request),
        headers,
        bodilessHeaders: withoutType(headers),
        etag: String(reply.getHeader('etag')),
        body: typeof body === 'string' ? Buffer.from(body) : body,
        mayCompress,
        expires: this.expires,
      })
    // What failed may succeed the next time.
    else if (reply.statusCode < 500) this.#cache.addUnfit(key, this.#stamp)
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

/** What a 304 has of them. */
function withoutType(headers: readonly string[]): string[] {
  const at = headers.indexOf('Content-Type')
  return at < 0 ? [...headers] : headers.toSpliced(at, 2)
}

function isKeyed(name: string): boolean {
  return KEYED.has(name.trim().toLowerCase())
}
