import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { Context } from '../../config/context.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { lazyTransaction } from '../../db/transaction.js'
import { type Claim, type Ended, type Recorded, recordAndClaim } from '../../domain/webhooks/queue.js'
import { PAUSES } from '../../domain/webhooks/rules.js'
import { Semaphore } from '../../util/semaphore.js'
import { timeAfter, toTime } from '../../util/time.js'
import { pauseAfter } from '../attempt.js'
import { notifyOfDisabled } from './notify.js'

/** After this time another server may take a webhook over: it allows for different clocks of two servers. */
const LEASE_MS = 2 * 60_000

/**
 * How long an outcome waits for others that share its transaction, in milliseconds. If the process dies meanwhile, the
 * delivery is sent again. Between two transactions, requests have the thread for this long.
 */
const GATHER_MS = 20

/** Most deliveries of one transaction, which takes a few milliseconds for these. */
const MAX_TOGETHER = 10

/** What a turn gets when its outcome is recorded. */
interface StepResult {
  readonly recorded: Recorded | undefined
  /** The delivery that it sends next. */
  readonly next: Claim | undefined
}

interface Step extends PromiseWithResolvers<StepResult> {
  readonly id: number
  readonly ended: Ended | undefined
  readonly isWanted: boolean
}

/**
 * What the deliveries of a run do with the database. Several of them share a transaction, in a turn of the event loop in
 * which requests have been served first.
 */
export class Steps {
  readonly #context: Context
  readonly #signal: AbortSignal
  readonly #reads = new Semaphore(1)
  readonly #waiting: Step[] = []
  #isWorking = false

  constructor(context: Context, signal: AbortSignal) {
    this.#context = context
    this.#signal = signal
  }

  /** Reads something, in a turn of the event loop in which nothing else of the run is read. */
  async read<T>(work: () => Promise<T>): Promise<T> {
    return await this.#reads.run(async () => {
      await nextTurn()
      return await work()
    })
  }

  /** Leases a webhook and starts its next delivery; undefined if there is none, or the run is to stop. */
  async claim(id: number): Promise<Claim | undefined> {
    return (await this.#add(id, undefined, true)).next
  }

  /** Records an outcome; `isWanted`: and starts the next delivery of the webhook. */
  async record(ended: Ended, isWanted: boolean): Promise<StepResult> {
    return await this.#add(ended.claim.webhook.id, ended, isWanted)
  }

  async #add(id: number, ended: Ended | undefined, isWanted: boolean): Promise<StepResult> {
    const step = { id, ended, isWanted, ...Promise.withResolvers<StepResult>() }
    this.#waiting.push(step)
    if (!this.#isWorking) void this.#work()
    return await step.promise
  }

  async #work(): Promise<void> {
    this.#isWorking = true
    while (this.#waiting.length > 0) {
      await sleep(GATHER_MS)
      await nextTurn()
      await this.#takeTogether(this.#waiting.splice(0, MAX_TOGETHER))
    }
    this.#isWorking = false
  }

  /** One that cannot be recorded does not keep the others from being; a database that is away would, for each again. */
  async #takeTogether(steps: readonly Step[]): Promise<void> {
    try {
      await this.#take(steps)
    } catch (error) {
      if (steps.length > 1 && !capabilities(this.#context.db).isUnavailable(error))
        for (const step of steps) await this.#takeTogether([step])
      else for (const { reject } of steps) reject(error)
    }
  }

  async #take(steps: readonly Step[]): Promise<void> {
    const { db, config, now: clock, webhooks: memory } = this.#context
    const now = clock()
    const times = {
      now: toTime(now),
      lease: timeAfter(now, LEASE_MS),
      pause: (failures: number) => pauseAfter(failures, PAUSES),
    }
    const ended = steps.flatMap((step) => step.ended ?? [])
    const wanted = this.#signal.aborted ? [] : steps.filter(({ isWanted }) => isWanted).map(({ id }) => id)
    const { recorded, claims } = await lazyTransaction(db, async (db) => {
      const result = await recordAndClaim(db, { ended, wanted }, times, memory)
      for (const [at, { claim }] of ended.entries()) {
        const reason = result.recorded[at]?.disabled
        if (reason !== undefined) await notifyOfDisabled(db, config, claim.webhook, reason, times.now)
      }
      return result
    })
    for (const { id, ended: one, resolve } of steps)
      resolve({ recorded: one && recorded[ended.indexOf(one)], next: claims.get(id) })
  }
}
