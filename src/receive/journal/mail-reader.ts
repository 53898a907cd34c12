import { setTimeout as sleep } from 'node:timers/promises'
import { type ResourceLimits, Worker } from 'node:worker_threads'
import type { Answer } from './mail-worker.js'
import type { Reading } from './read.js'

/** How long one mail may be read, in milliseconds; the worst that is known takes a tenth of it. */
const READ_TIMEOUT_MS = 10_000

/** On a machine that is busy with other things, this many times as long passes before the thread has had its time. */
const MAX_WAIT_FACTOR = 6

/** How long a thread may take to say how much time it had; one that is deep in native code does not. */
const USAGE_TIMEOUT_MS = 1000

/** Megabytes for new objects, and for all that a mail of the largest size may need. */
const YOUNG_GENERATION = 2
const MAX_MEMORY = 1024

/** A mail that waits for its result. */
interface Request {
  bytes: Uint8Array
  resolve: (reading: Reading) => void
  reject: (error: Error) => void
}

export interface MailReaderOptions {
  timeout?: number
  /** Megabytes of the thread's heap. */
  memory?: number
  /** The module that the thread runs. */
  script?: URL
}

/**
 * Reads mail in a thread of its own, so that no mail keeps this one from answering. A mail that takes too long or more
 * memory than there is gets an error as its result, and a new thread goes on with those behind it.
 */
export class MailReader {
  readonly #timeout: number
  readonly #script: URL
  readonly #limits: ResourceLimits
  #worker: Worker | undefined
  /** Those that the thread has, in the order in which it answers. */
  readonly #requests: Request[] = []
  #timer: NodeJS.Timeout | undefined
  #isReady = false
  /** Milliseconds of the processor that the thread had had when it last answered. */
  #usedBefore = 0

  constructor({
    timeout = READ_TIMEOUT_MS,
    memory = MAX_MEMORY,
    script = new URL('./mail-worker.js', import.meta.url),
  }: MailReaderOptions = {}) {
    this.#timeout = timeout
    this.#script = script
    this.#limits = { maxYoungGenerationSizeMb: YOUNG_GENERATION, maxOldGenerationSizeMb: memory }
  }

  /** What the mails say, in their order. Throws if the thread cannot be started. */
  async read(mails: readonly Uint8Array[]): Promise<Reading[]> {
    const worker = this.#start()
    const readings = mails.map(async (bytes) => {
      const { promise, resolve, reject } = Promise.withResolvers<Reading>()
      this.#requests.push({ bytes, resolve, reject })
      send(worker, bytes)
      return await promise
    })
    this.#watch(worker)
    return await Promise.all(readings)
  }

  /** Ends the thread; a later mail starts another. */
  async close(): Promise<void> {
    await this.#worker?.terminate()
  }

  #start(): Worker {
    if (this.#worker) return this.#worker
    const worker = new Worker(this.#script, { resourceLimits: this.#limits })
    this.#worker = worker
    this.#isReady = false
    worker.on('message', (answer: Answer) => this.#hear(worker, answer))
    worker.on('error', (error) => this.#replace(worker, reasonOf(error as Error)))
    worker.on('exit', () => this.#replace(worker, 'The thread that reads mail ended.'))
    return worker
  }

  #hear(worker: Worker, { reading, used }: Answer): void {
    if (worker !== this.#worker) return
    this.#isReady = true
    this.#usedBefore = used
    if (reading) this.#requests.shift()?.resolve(reading)
    this.#watch(worker)
  }

  /** Gives the first mail that waits its time. An idle thread keeps no process alive. */
  #watch(worker: Worker): void {
    clearTimeout(this.#timer)
    if (this.#requests.length === 0) return worker.unref()
    worker.ref()
    // The time that a thread takes to start is not the mail's fault.
    if (this.#isReady) this.#timer = setTimeout(() => void this.#checkTime(worker, 1), this.#timeout)
  }

  /**
   * Gives up on a mail that had its time, by the processor; and in any case after some times as long. Its result may be
   * here unread, if it was this thread that had no time: asking the other one lets events that wait come first.
   */
  async #checkTime(worker: Worker, round: number): Promise<void> {
    const [request] = this.#requests
    const used = (await usageOf(worker)) - this.#usedBefore
    if (worker !== this.#worker || !request || request !== this.#requests[0]) return
    if (used < this.#timeout && round < MAX_WAIT_FACTOR)
      this.#timer = setTimeout(() => void this.#checkTime(worker, round + 1), this.#timeout)
    else this.#replace(worker, `Reading it took longer than ${this.#timeout / 1000} seconds.`)
  }

  /** Ends a thread that failed at the first of its mails, and has another read the rest. */
  #replace(worker: Worker, reason: string): void {
    if (worker !== this.#worker) return
    this.#worker = undefined
    clearTimeout(this.#timer)
    void worker.terminate()
    if (!this.#isReady)
      for (const { reject } of this.#requests.splice(0)) reject(new Error(`Mail cannot be read: ${reason}`))
    this.#requests.shift()?.resolve(new Error(reason))
    if (this.#requests.length === 0) return
    const next = this.#start()
    for (const { bytes } of this.#requests) send(next, bytes)
    this.#watch(next)
  }
}

/** A view would go with all that it is a view of, which may be a whole batch. */
function send(worker: Worker, bytes: Uint8Array): void {
  const copy = new Uint8Array(bytes)
  worker.postMessage(copy, [copy.buffer])
}

/** Milliseconds of the processor that a thread has had; endless if it does not say. */
async function usageOf(worker: Worker): Promise<number> {
  const usage = worker.cpuUsage().then(({ user, system }) => (user + system) / 1000)
  return await Promise.race([usage.catch(() => Infinity), sleep(USAGE_TIMEOUT_MS, Infinity)])
}

function reasonOf({ message, ...error }: Error & { code?: string }): string {
  return error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'Reading it took too much memory.' : message
}

/** The one that all of this process share. */
const shared = new MailReader()

/** Reads mails in the thread that all transports share; see `MailReader`. */
export async function readInThread(mails: readonly Uint8Array[]): Promise<Reading[]> {
  return mails.length === 0 ? [] : await shared.read(mails)
}
