import type { FastifyReply } from 'fastify'
import type { Config } from '../config/config.js'
import { ClientSlots } from './client-slots.js'

declare module 'fastify' {
  interface FastifyInstance {
    readonly longPolls: LongPolls
  }
}

/** Requests that wait until there is something to answer. */
export class LongPolls {
  readonly #slots: ClientSlots
  readonly #waiting = new Set<() => void>()
  #isClosed = false

  constructor(settings: Pick<Config, 'streamsPerClient' | 'waitingRequests'>) {
    const { streamsPerClient: perClient, waitingRequests: total } = settings
    this.#slots = new ClientSlots('waiting requests', { perClient, total })
  }

  get size(): number {
    return this.#slots.used
  }

  /** Lets a request wait for at most the given milliseconds. Throws TooMany or Busy. */
  enter({ request, raw }: FastifyReply, milliseconds: number): LongPoll {
    const release = this.#slots.enter(request)
    const poll = new LongPoll(() => {
      clearTimeout(timer)
      raw.removeListener('close', end)
      this.#waiting.delete(end)
      release()
    })
    const end = () => poll.end()
    const timer = setTimeout(end, milliseconds).unref()
    raw.once('close', end)
    this.#waiting.add(end)
    if (this.#isClosed || raw.destroyed) end()
    return poll
  }

  /** Has all that wait answer at once, as well as those that come. */
  close(): void {
    this.#isClosed = true
    for (const end of this.#waiting) end()
  }
}

/** One request that waits. */
export class LongPoll {
  readonly #onLeave: () => void
  #isOver = false
  #isNotified = false
  #wake: (() => void) | undefined

  constructor(onLeave: () => void) {
    this.#onLeave = onLeave
  }

  /** Whether it is to answer with what there is: its time is up, its client has gone, or the server stops. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Reports a new event: `wait` returns, now or when it is called. */
  notify(): void {
    this.#isNotified = true
    this.#wake?.()
  }

  end(): void {
    this.#isOver = true
    this.#wake?.()
  }

  /** Waits until something comes or it is over. */
  async wait(): Promise<void> {
    if (!this.#isNotified && !this.#isOver)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    this.#wake = undefined
    this.#isNotified = false
  }

  /** The request is answered. */
  leave(): void {
    this.#isOver = true
    this.#onLeave()
  }
}
