import { LRUCache } from 'lru-cache'
import { type KnownLogin, viewerOfLogin } from './answer-key.js'
import { AskedBefore } from './asked-before.js'
import type { Encoding } from './compress.js'

/** An answer as it was made, and as it was sent so far. */
export interface Answer {
  /** The state of the database that it was made of. */
  readonly stamp: number
  /** The pattern of its addresses. */
  readonly route: string | undefined
  /** Names and values by turns, without those of a single request. */
  readonly headers: readonly string[]
  /** The same without those of a body. */
  readonly bodilessHeaders: readonly string[]
  readonly etag: string
  readonly body: Buffer
  readonly mayCompress: boolean
  /** When it is no longer true, in milliseconds, whatever the database says. */
  readonly expires?: number | undefined
  readonly br?: Buffer
  readonly gzip?: Buffer
}

/** Notes that an address has nothing to remember, so that nobody waits for it. */
interface Unfit {
  readonly stamp: number
  readonly body: undefined
}

/** Larger answers are rare, and would push out many others. */
const MAX_BODY = 2 * 1024 * 1024

/** What an entry takes besides its bodies and its key. */
const OVERHEAD = 1024

/** Credentials whose account is known; 16 bytes of digest, a number and a stamp each. */
const MAX_CREDENTIALS = 5000

/**
 * Answers of the server by what they depend on, valid while the database is in the state that they were made of.
 * Bounded by bytes; the least recently used go first.
 */
export class AnswerCache {
  readonly #answers: LRUCache<string, Answer | Unfit> | undefined
  readonly #logins = new LRUCache<string, { login: KnownLogin; stamp: number }>({ max: MAX_CREDENTIALS })
  /** Those who wait for an answer in the making, by its key and stamp: after a commit it is made anew, beside. */
  readonly #waiting = new Map<string, (() => void)[]>()
  readonly #asked = new AskedBefore()
  readonly #maxBytes: number
  readonly #stamp: () => number | undefined
  readonly #now: () => number
  hits = 0
  misses = 0
  /** Told of answers that no hook sees: method, route, status and milliseconds. */
  onEarly:
    | ((method: string, route: string | undefined, status: number, milliseconds: number) => void)
    | undefined

  /** Told of the number of each token that was recognised without being looked up. */
  onToken: ((token: number) => void) | undefined

  /** `stamp` names the state of the database. `maxBytes`: 0 remembers nothing. `now`: the clock, in milliseconds. */
  constructor(maxBytes: number, stamp: () => number | undefined, now: () => number = Date.now) {
    this.#answers = maxBytes > 0 ? new LRUCache({ maxSize: maxBytes }) : undefined
    this.#maxBytes = maxBytes
    this.#stamp = stamp
    this.#now = now
  }

  /** Bytes that the answers take. */
  get bytes(): number {
    return this.#answers?.calculatedSize ?? 0
  }

  /** The state of the database now; undefined while nothing can be remembered. */
  stamp(): number | undefined {
    return this.#answers && this.#stamp()
  }

  /** The answer of a key in a state of the database; 'unfit' if there is none to be remembered. */
  find(key: string, stamp: number): Answer | 'unfit' | undefined {
    const known = this.#answers?.get(key)
    if (known?.stamp !== stamp) return undefined
    if (known.body === undefined) return 'unfit'
    return known.expires !== undefined && known.expires <= this.#now() ? undefined : known
  }

  /**
   * Calls `callback` once the request that makes the answer of a key is done with it. Returns false if there is none:
   * then the caller is that request from now on, and has to call `end`.
   */
  waitOrMake(key: string, stamp: number, callback: () => void): boolean {
    const waiting = this.#waiting.get(`${stamp} ${key}`)
    waiting?.push(callback)
    if (!waiting) this.#waiting.set(`${stamp} ${key}`, [])
    return waiting !== undefined
  }

  /** Ends the making of an answer, whatever came of it; those who wait look again. */
  end(key: string, stamp: number): void {
    const waiting = this.#waiting.get(`${stamp} ${key}`) ?? []
    this.#waiting.delete(`${stamp} ${key}`)
    for (const callback of waiting) callback()
  }

  /**
   * Whether an answer of a size, in bytes, is to be remembered: once the memory is full, only one that was asked for
   * before, or that others wait for. What is never asked for again would push out what is, and garbage that lives
   * as long as that takes more time to collect than most answers take to make.
   */
  admits(key: string, stamp: number, bytes: number): boolean {
    const isKnown = this.#asked.note(key)
    const isRoom = this.bytes + OVERHEAD + key.length + bytes <= this.#maxBytes
    return isKnown || isRoom || (this.#waiting.get(`${stamp} ${key}`)?.length ?? 0) > 0
  }

  /** Remembers an answer, unless the database has changed since its stamp was taken. */
  add(key: string, answer: Answer): void {
    if (this.stamp() !== answer.stamp) return
    if (answer.body.length > MAX_BODY) return this.addUnfit(key, answer.stamp)
    this.#set(key, { ...answer, body: exact(answer.body) })
  }

  addUnfit(key: string, stamp: number): void {
    this.#answers?.set(key, { stamp, body: undefined }, { size: OVERHEAD + key.length })
  }

  /** Remembers how an answer is compressed. */
  addEncoded(key: string, stamp: number, encoding: Encoding, bytes: Buffer): void {
    const known = this.#answers?.peek(key)
    if (known?.stamp !== stamp || known.body === undefined || known[encoding]) return
    this.#set(key, { ...known, [encoding]: exact(bytes) })
  }

  #set(key: string, answer: Answer): void {
    const bodies = answer.body.length + (answer.br?.length ?? 0) + (answer.gzip?.length ?? 0)
    this.#answers?.set(key, answer, { size: OVERHEAD + key.length + bodies })
  }

  /**
   * The account that credentials, by their digest, were found to open in this state of the database, as a viewer;
   * undefined where that is not known, or not any more because the token has expired.
   */
  viewerOf(digest: string, stamp: number): string | undefined {
    const known = this.#logins.get(digest)
    if (known?.stamp !== stamp) return undefined
    const { token, expires } = known.login
    if (expires !== undefined && expires <= this.#now()) return undefined
    if (token !== undefined) this.onToken?.(token)
    return viewerOfLogin(known.login)
  }

  addLogin(digest: string, login: KnownLogin, stamp: number): void {
    if (this.stamp() === stamp) this.#logins.set(digest, { login, stamp })
  }
}

/** Bytes in memory of their own: a piece of a larger buffer would keep all of it. */
function exact(bytes: Buffer): Buffer {
  if (bytes.length === bytes.buffer.byteLength) return bytes
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(copy)
  return copy
}
