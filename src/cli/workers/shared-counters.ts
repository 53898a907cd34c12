import { AttemptLimiter } from '../../auth/attempt-limiter.js'
import { makeLoginCounters } from '../../auth/auth-state.js'
import type { Caller, HashQueue } from '../../auth/password-queue.js'
import type { Config } from '../../config/config.js'
import type { SupervisorCalls } from './calls.js'

/** The number of clients whose requests are counted at a time, as in a server of one process. */
const MAX_CLIENTS = 5000

/** What a worker calls of them. */
export type CounterCalls = Pick<
  SupervisorCalls,
  | 'countRequest'
  | 'beginLogin'
  | 'succeedLogin'
  | 'placeLogin'
  | 'countLetter'
  | 'enterHashQueue'
  | 'leaveHashQueue'
>

/** Limits that hold for a server as a whole: its supervisor counts, whichever worker a client comes to. */
export class SharedCounters {
  readonly #logins: ReturnType<typeof makeLoginCounters>
  readonly #requests: AttemptLimiter

  constructor(config: Config) {
    this.#logins = makeLoginCounters(config)
    const window = config.rateLimit?.window ?? 0
    this.#requests = new AttemptLimiter({ limit: Infinity, window, maxKeys: MAX_CLIENTS })
  }

  /** What one worker may call. `release` frees what it holds in the queue of hashes, once it has ended. */
  callsOfWorker(): { readonly calls: CounterCalls; readonly release: () => void } {
    const { attempts, letters, hashes } = this.#logins
    const places = new Places(hashes)
    const calls: CounterCalls = {
      countRequest: (client) => {
        const now = Date.now()
        this.#requests.count(client, now)
        return {
          current: this.#requests.countOf(client, now),
          ttl: this.#requests.timeLeft(client, now),
        }
      },
      beginLogin: attempts.begin.bind(attempts),
      succeedLogin: attempts.succeed.bind(attempts),
      placeLogin: attempts.callerAt.bind(attempts),
      countLetter: letters.take.bind(letters),
      enterHashQueue: places.enter.bind(places),
      leaveHashQueue: places.leave.bind(places),
    }
    return { calls, release: () => places.leaveAll() }
  }
}

/** The places of one worker in the queue of hashes, by their tickets. */
class Places {
  readonly #hashes: HashQueue
  readonly #taken = new Map<number, () => void>()
  #last = 0
  #isEnded = false

  constructor(hashes: HashQueue) {
    this.#hashes = hashes
  }

  /** Resolves with a ticket once it is the caller's turn. Throws Busy. */
  async enter(caller: Caller): Promise<number> {
    const ticket = ++this.#last
    const entered = Promise.withResolvers<number>()
    const left = Promise.withResolvers<void>()
    this.#hashes
      .run(caller, async () => {
        if (this.#isEnded) return
        this.#taken.set(ticket, left.resolve)
        entered.resolve(ticket)
        await left.promise
      })
      .catch(entered.reject)
    return await entered.promise
  }

  leave(ticket: number): void {
    this.#taken.get(ticket)?.()
    this.#taken.delete(ticket)
  }

  leaveAll(): void {
    this.#isEnded = true
    for (const leave of this.#taken.values()) leave()
    this.#taken.clear()
  }
}
