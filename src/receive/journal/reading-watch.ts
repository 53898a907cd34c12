import { setTimeout as sleep } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'

/** Maximum parse time of one mail, in milliseconds; the slowest known mail takes a tenth of it. */
export const READ_TIMEOUT_MS = 10_000

/** Maximum wall-clock time, as a multiple of the allowed CPU time, on a busy machine. */
const MAX_WAIT_FACTOR = 6

/** Number of checks during the allowed time of a mail. */
const LOOKS = 10

/** The time that the thread has spent on one mail. */
interface Stay {
  /** Mails that were read before. */
  count: number
  /** Milliseconds of CPU time that were used before. */
  used: number
  /** Milliseconds that have passed since. */
  waited: number
  looked: number
}

/** A thread's counter of read mails, in shared memory: messages arrive later, and are lost when the thread ends. */
export function makeProgress(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4))
}

/** Detects a thread that exceeds the time limit for a mail. */
export class ReadingWatch {
  readonly #worker: Pick<Worker, 'cpuUsage'>
  readonly #progress: Int32Array
  readonly #timeout: number
  readonly #interval: number
  readonly #onLate: (reason: string) => void
  #timer: NodeJS.Timeout | undefined

  constructor(
    worker: Pick<Worker, 'cpuUsage'>,
    progress: Int32Array,
    timeout: number,
    onLate: (reason: string) => void,
  ) {
    this.#worker = worker
    this.#progress = progress
    this.#timeout = timeout
    this.#interval = timeout / LOOKS
    this.#onLate = onLate
  }

  /** Starts watching; call it while the thread has mails to read. */
  start(): void {
    this.#timer ??= this.#lookSoon(undefined)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #lookSoon(stay: Stay | undefined): NodeJS.Timeout {
    return setTimeout(() => void this.#look(stay), this.#interval)
  }

  /**
   * Gives up on a mail that used its CPU time, or in any case after a multiple of it. Its result may have arrived but
   * be unread if this thread was busy: awaiting the CPU time of the other thread lets pending events run first.
   */
  async #look(stay: Stay | undefined): Promise<void> {
    const timer = this.#timer
    const count = Atomics.load(this.#progress, 0)
    // A thread in native code does not answer.
    const used = await usageOf(this.#worker, this.#interval)
    if (timer === undefined || timer !== this.#timer) return
    const looked = performance.now()
    if (stay?.count !== count) this.#timer = this.#lookSoon({ count, used, waited: 0, looked })
    else if (!this.#isLate(stay, used, looked)) this.#timer = this.#lookSoon(stay)
    else {
      this.stop()
      this.#onLate(`Reading it took longer than ${this.#timeout / 1000} seconds.`)
    }
  }

  /**
   * A thread that does not report its CPU time counts as busy for the whole time. Of the time between two looks no more
   * counts than they take: a machine that stalls for longer stalls the thread too.
   */
  #isLate(stay: Stay, used: number, now: number): boolean {
    stay.waited += Math.min(now - stay.looked, 2 * this.#interval)
    stay.looked = now
    const had = Number.isFinite(used - stay.used) ? used - stay.used : stay.waited
    return had >= this.#timeout || stay.waited >= this.#timeout * MAX_WAIT_FACTOR
  }
}

/** CPU time of a thread, in milliseconds; Infinity if it does not answer within `timeout` milliseconds. */
async function usageOf(worker: Pick<Worker, 'cpuUsage'>, timeout: number): Promise<number> {
  const usage = worker.cpuUsage().then(({ user, system }) => (user + system) / 1000)
  return await Promise.race([usage.catch(() => Infinity), sleep(timeout, Infinity)])
}
