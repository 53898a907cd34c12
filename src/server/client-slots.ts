import type { FastifyRequest } from 'fastify'
import { Busy, TooMany } from '../util/errors.js'
import { addressOf } from './rate-limit.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whether it stays open until something happens, by the wish of its client. */
    isHeld: boolean
  }
}

/** Seconds after which a client that holds too many requests may try again. */
const RETRY_AFTER = 30

interface Limits {
  /** Of one client. */
  readonly perClient: number
  /** Of all clients together. */
  readonly total: number
}

/** Counts requests that stay open, such as streams, so that neither one client nor all together hold too many. */
export class ClientSlots {
  readonly #limits: Limits
  /** The requests, such as "event streams", for the error messages. */
  readonly #name: string
  readonly #byClient = new Map<string, number>()
  #used = 0

  constructor(name: string, limits: Limits) {
    this.#name = name
    this.#limits = limits
  }

  get used(): number {
    return this.#used
  }

  /** Takes a slot; returns the function that gives it back. Throws TooMany for the client's limit, Busy for that of all. */
  enter(request: FastifyRequest): () => void {
    const client = clientOf(request)
    const own = this.#byClient.get(client) ?? 0
    if (own >= this.#limits.perClient)
      throw new TooMany(`Too many ${this.#name} of this token or address are open.`, RETRY_AFTER)
    if (this.#used >= this.#limits.total) throw new Busy(`Too many ${this.#name} are open; try again later.`)
    this.#byClient.set(client, own + 1)
    this.#used++
    request.isHeld = true
    let isHeld = true
    return () => {
      if (isHeld) this.#release(client)
      isHeld = false
    }
  }

  #release(client: string): void {
    this.#used--
    const left = (this.#byClient.get(client) ?? 1) - 1
    if (left > 0) this.#byClient.set(client, left)
    else this.#byClient.delete(client)
  }
}

/** The client of a request whose credentials were verified: its token, else its account, else its address. */
function clientOf(request: FastifyRequest): string {
  if (request.tokenUsed) return `token ${request.tokenUsed.id}`
  return request.accountId === undefined ? addressOf(request) : `account ${request.accountId}`
}
