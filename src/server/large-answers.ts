import type { ServerResponse } from 'node:http'
import { Busy } from '../util/errors.js'
import { allowYoungGrowth, collectGarbage } from '../util/heap-flags.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Large answers in the making: of the process, whose memory it is about. */
    readonly largeAnswers: LargeAnswers
  }
}

/** Bytes of stored text that all answers in the making, and on their way, may have together. */
const MAX_IN_FLIGHT = 32 * 1024 * 1024

/** Up to this an answer is one like any other. */
const SMALL = 512 * 1024

/**
 * Bytes of large answers after which their garbage is collected. A collection takes a small part of the time that
 * making them takes.
 */
const COLLECT_AFTER = 32 * 1024 * 1024

/** Requests that wait for their turn, and how long, in milliseconds. */
const MAX_WAITING = 256
const WAIT_TIMEOUT_MS = 30_000

/** While others wait, a client has this long to take its answer. */
const HOLD_TIMEOUT_MS = 30_000

interface Waiting {
  readonly bytes: number
  readonly response: ServerResponse
  readonly start: () => void
}

/**
 * Limits how many large answers are made at once, in the order of their requests: the largest answer that a client
 * can request would not fit into memory sixteen times. Other requests are not affected. A client that does not read
 * its answer while others wait is disconnected.
 */
export class LargeAnswers {
  readonly #waiting: Waiting[] = []
  readonly #holding = new Map<ServerResponse, { bytes: number; since: number }>()
  #inFlight = 0
  #sinceCollection = 0
  #watch: NodeJS.Timeout | undefined

  /**
   * Waits until there is room for an answer that takes `bytes` of memory, and holds it until the answer is sent. An
   * answer may ask several times. Throws Busy if others take too long.
   */
  async enter(response: ServerResponse, bytes: number): Promise<void> {
    const held = this.#holding.get(response)
    // An answer that holds room never waits for more: two could wait for each other.
    if (held) {
      if (bytes > held.bytes) {
        this.#inFlight += bytes - held.bytes
        held.bytes = bytes
      }
      return
    }
    if (bytes <= SMALL) return
    if (this.#waiting.length === 0 && this.#hasRoom(bytes)) return this.#hold(response, bytes)
    if (this.#waiting.length >= MAX_WAITING) throw new Busy(BUSY)
    await this.#wait(response, bytes)
  }

  #hasRoom(bytes: number): boolean {
    return this.#inFlight === 0 || this.#inFlight + bytes <= MAX_IN_FLIGHT
  }

  #hold(response: ServerResponse, bytes: number): void {
    if (this.#holding.size === 0) allowYoungGrowth(false)
    this.#collect(bytes)
    this.#inFlight += bytes
    this.#holding.set(response, { bytes, since: performance.now() })
    const release = () => this.#release(response)
    response.once('finish', release)
    response.once('close', release)
    if (response.destroyed) release()
  }

  #collect(bytes: number): void {
    this.#sinceCollection += bytes
    if (this.#sinceCollection < COLLECT_AFTER) return
    this.#sinceCollection = 0
    collectGarbage()
  }

  #release(response: ServerResponse): void {
    const held = this.#holding.get(response)
    if (!held) return
    this.#holding.delete(response)
    this.#inFlight -= held.bytes
    this.#startNext()
    if (this.#holding.size === 0) allowYoungGrowth(true)
  }

  #startNext(): void {
    for (let next = this.#waiting[0]; next && this.#hasRoom(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift()
      this.#hold(next.response, next.bytes)
      next.start()
    }
    if (this.#waiting.length === 0) {
      clearInterval(this.#watch)
      this.#watch = undefined
    }
  }

  async #wait(response: ServerResponse, bytes: number): Promise<void> {
    this.#watch ??= setInterval(() => this.#endSlow(), HOLD_TIMEOUT_MS / 10).unref()
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer)
        response.removeListener('close', giveUp)
        const place = this.#waiting.indexOf(entry)
        if (place >= 0) this.#waiting.splice(place, 1)
      }
      const giveUp = () => {
        leave()
        reject(new Busy(BUSY))
        this.#startNext()
      }
      const start = () => {
        leave()
        resolve()
      }
      const timer = setTimeout(giveUp, WAIT_TIMEOUT_MS)
      response.once('close', giveUp)
      const entry: Waiting = { bytes, response, start }
      this.#waiting.push(entry)
    })
  }

  #endSlow(): void {
    const now = performance.now()
    for (const [response, { since }] of this.#holding)
      if (now - since > HOLD_TIMEOUT_MS) {
        response.destroy()
        this.#release(response)
      }
  }
}

const BUSY = 'The server is busy with other large answers; try again later.'
