import { setTimeout as sleep } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'

/** How long one mail may be read, in milliseconds; the worst that is known takes a tenth of it. */
export const READ_TIMEOUT_MS = 10_000

/** On a machine that is busy with other things, this many times as long passes before the thread has had its time. */
const MAX_WAIT_FACTOR = 6

/** How often it is looked whether that time is over, while a mail has it. */
const LOOKS = 10

/** How long a thread may take to say how much time it had; one that is deep in native code does not. */
const USAGE_TIMEOUT_MS = 1000

/** How long the thread has been at one mail. */
interface Stay {
  /** Mails that it had read. */
  count: number
  /** Milliseconds of the processor that it had had. */
  used: number
  since: number
}

/** What a thread counts the mails in that it has read: what it says comes later, and gets lost when it ends. */
export function makeProgress(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4))
}

/** Watches that a thread takes no mail longer than its time. */
export class ReadingWatch {
  readonly #worker: Worker
  readonly #progress: Int32Array
  readonly #timeout: number
  readonly #onLate: (reason: string) => void
  #timer: NodeJS.Timeout | undefined

  constructor(worker: Worker, progress: Int32Array, timeout: number, onLate: (reason: string) => void) {
    this.#worker = worker
    this.#progress = progress
    this.#timeout = timeout
    this.#onLate = onLate
  }

  /** While it has something to read. */
  start(): void {
    this.#timer ??= this.#lookSoon(undefined)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #lookSoon(stay: Stay | undefined): NodeJS.Timeout {
    return setTimeout(() => void this.#look(stay), this.#timeout / LOOKS)
  }

  /**
   * Gives up on a mail that had its time, by the processor; and in any case after some times as long. Its result may be
   * here unread, if it was this thread that had no time: asking the other one lets events that wait come first.
   */
  async #look(stay: Stay | undefined): Promise<void> {
    const timer = this.#timer
    const count = Atomics.load(this.#progress, 0)
    const used = await usageOf(this.#worker)
    if (timer === undefined || timer !== this.#timer) return
    const now = performance.now()
    if (stay?.count !== count) this.#timer = this.#lookSoon({ count, used, since: now })
    else if (!this.#isLate(stay, used, now)) this.#timer = this.#lookSoon(stay)
    else {
      this.stop()
      this.#onLate(`Reading it took longer than ${this.#timeout / 1000} seconds.`)
    }
  }

  /** A thread that does not say how much time it had was busy all the while. */
  #isLate(stay: Stay, used: number, now: number): boolean {
    const waited = now - stay.since
    const had = Number.isFinite(used - stay.used) ? used - stay.used : waited
    return had >= this.#timeout || waited >= this.#timeout * MAX_WAIT_FACTOR
  }
}

/** Milliseconds of the processor that a thread has had; endless if it does not say. */
async function usageOf(worker: Worker): Promise<number> {
  const usage = worker.cpuUsage().then(({ user, system }) => (user + system) / 1000)
  return await Promise.race([usage.catch(() => Infinity), sleep(USAGE_TIMEOUT_MS, Infinity)])
}
