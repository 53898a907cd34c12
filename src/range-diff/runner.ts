import { Worker } from 'node:worker_threads'
import type { Compared, Comparison } from './compare.js'

/** Milliseconds of one comparison. */
const COMPARISON_TIMEOUT_MS = 2000

/** A thread that does not end its comparison by itself is replaced this much later. */
const GRACE_MS = 500

/** Comparisons that wait for the thread. */
const MAX_WAITING = 16

/** Megabytes of the thread's heap. */
const MAX_MEMORY = 512

interface Request {
  readonly comparison: Comparison
  readonly resolve: (compared: Compared | undefined) => void
}

export interface RunnerOptions {
  readonly timeout?: number
  readonly grace?: number
  readonly maxWaiting?: number
  /** Megabytes of the thread's heap. */
  readonly memory?: number
  /** The module that the thread runs. */
  readonly script?: URL
}

/**
 * Compares series in a thread of its own, one after the other. A comparison that takes too much time or memory has no
 * result, and a new thread goes on with the next one.
 */
export class RangeDiffRunner {
  readonly #timeout: number
  readonly #grace: number
  readonly #maxWaiting: number
  readonly #memory: number
  readonly #script: URL
  readonly #waiting: Request[] = []
  #worker: Worker | undefined
  #current: Request | undefined
  #timer: NodeJS.Timeout | undefined

  constructor({
    timeout = COMPARISON_TIMEOUT_MS,
    grace = GRACE_MS,
    maxWaiting = MAX_WAITING,
    memory = MAX_MEMORY,
    script = new URL('./range-diff-worker.js', import.meta.url),
  }: RunnerOptions = {}) {
    this.#timeout = timeout
    this.#grace = grace
    this.#maxWaiting = maxWaiting
    this.#memory = memory
    this.#script = script
  }

  /** Compares two series; undefined if that exceeds a limit or if too many comparisons wait. */
  async compare(comparison: Comparison): Promise<Compared | undefined> {
    if (this.#waiting.length >= this.#maxWaiting) return undefined
    const { promise, resolve } = Promise.withResolvers<Compared | undefined>()
    this.#waiting.push({ comparison, resolve })
    this.#next()
    return await promise
  }

  /** Ends the thread; a later comparison starts another. */
  async close(): Promise<void> {
    const worker = this.#worker
    this.#end()
    await worker?.terminate()
  }

  #next(): void {
    if (this.#current) return
    this.#current = this.#waiting.shift()
    if (!this.#current) {
      this.#worker?.unref()
      return
    }
    const worker = (this.#worker ??= this.#start())
    worker.ref()
    worker.postMessage(this.#current.comparison, [])
    this.#timer = setTimeout(() => this.#end(), this.#timeout + this.#grace)
  }

  #start(): Worker {
    const worker = new Worker(this.#script, {
      resourceLimits: { maxOldGenerationSizeMb: this.#memory },
      workerData: { timeout: this.#timeout },
    })
    worker.on('message', (compared: Compared | undefined) => this.#settle(worker, compared))
    const onEnd = () => {
      if (worker === this.#worker) this.#end()
    }
    worker.on('error', onEnd)
    worker.on('exit', onEnd)
    return worker
  }

  #settle(worker: Worker, compared: Compared | undefined): void {
    if (worker !== this.#worker) return
    clearTimeout(this.#timer)
    this.#current?.resolve(compared)
    this.#current = undefined
    this.#next()
  }

  /** Ends a thread that failed at a comparison, and goes on with a new one. */
  #end(): void {
    const worker = this.#worker
    this.#worker = undefined
    clearTimeout(this.#timer)
    void worker?.terminate()
    this.#current?.resolve(undefined)
    this.#current = undefined
    this.#next()
  }
}
