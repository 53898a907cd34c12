import { type ResourceLimits, Worker } from 'node:worker_threads'
import { packBuffers } from '../../util/buffer-pack.js'
import type { Answer } from './mail-worker.js'
import type { ParseResult } from './parse.js'
import { makeProgress, READ_TIMEOUT_MS, ReadingWatch } from './reading-watch.js'

/** Megabytes for new objects, and for all that a mail of the largest size may need. */
export const YOUNG_GENERATION = 2
export const MAX_MEMORY = 1024

/** Mails that wait for their results. */
interface Request {
  mails: readonly Uint8Array[]
  /** In the order of the mails; undefined where there is none yet. */
  results: (ParseResult | undefined)[]
  resolve: (results: ParseResult[]) => void
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
  #watching: ReadingWatch | undefined
  #progress = makeProgress()
  /** Mails of this thread whose results are here. */
  #answered = 0
  /** Those that the thread has, in the order in which it answers. */
  readonly #requests: Request[] = []
  #isReady = false

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
  async read(mails: readonly Uint8Array[]): Promise<ParseResult[]> {
    if (mails.length === 0) return []
    const worker = this.#start()
    const { promise, resolve, reject } = Promise.withResolvers<ParseResult[]>()
    const request = { mails, results: mails.map(() => undefined), resolve, reject }
    this.#requests.push(request)
    send(worker, request)
    this.#watch(worker)
    return await promise
  }

  /** Ends the thread; a later mail starts another. */
  async close(): Promise<void> {
    await this.#worker?.terminate()
  }

  #start(): Worker {
    if (this.#worker) return this.#worker
    this.#progress = makeProgress()
    this.#answered = 0
    const worker = new Worker(this.#script, { resourceLimits: this.#limits, workerData: this.#progress })
    this.#worker = worker
    this.#watching = new ReadingWatch(worker, this.#progress, this.#timeout, (reason) =>
      this.#replace(worker, reason),
    )
    this.#isReady = false
    worker.on('message', (answer: Answer) => this.#hear(worker, answer))
    worker.on('error', (error) => this.#replace(worker, reasonOf(error as Error)))
    worker.on('exit', () => this.#replace(worker, 'The thread that reads mail ended.'))
    return worker
  }

  #hear(worker: Worker, answer: Answer): void {
    if (worker !== this.#worker) return
    this.#isReady = true
    this.#answered += answer.length
    for (const result of answer) this.#settle(0, result)
    this.#watch(worker)
  }

  /** Gives the result of a mail that waits, the first being 0. */
  #settle(index: number, result: ParseResult): void {
    let before = index
    for (const { results } of this.#requests) {
      const place = results.findIndex((known) => known === undefined && before-- === 0)
      if (place < 0) continue
      results[place] = result
      break
    }
    while (this.#requests[0] && isDone(this.#requests[0].results)) {
      const { results, resolve } = this.#requests.shift() as Request
      resolve(results as ParseResult[])
    }
  }

  /** Gives each mail that waits its time. An idle thread keeps no process alive. */
  #watch(worker: Worker): void {
    if (this.#requests.length === 0) {
      this.#watching?.stop()
      worker.unref()
      return
    }
    worker.ref()
    // The time that a thread takes to start is not the mail's fault.
    if (this.#isReady) this.#watching?.start()
  }

  /** Ends a thread that failed at one of its mails, and has another read the rest. */
  #replace(worker: Worker, reason: string): void {
    if (worker !== this.#worker) return
    this.#worker = undefined
    this.#watching?.stop()
    void worker.terminate()
    if (!this.#isReady)
      for (const { reject } of this.#requests.splice(0)) reject(new Error(`Mail cannot be read: ${reason}`))
    // What it read and could not tell any more is read again.
    this.#settle(Atomics.load(this.#progress, 0) - this.#answered, new Error(reason))
    if (this.#requests.length === 0) return
    const next = this.#start()
    for (const request of this.#requests) send(next, request)
    this.#watch(next)
  }
}

function isDone(results: readonly (ParseResult | undefined)[]): boolean {
  return results.every((result) => result !== undefined)
}

/** Sends what has no result yet, by one message. */
function send(worker: Worker, { mails, results }: Request): void {
  const packed = packBuffers(mails.filter((_, index) => results[index] === undefined))
  worker.postMessage(packed, [packed.bytes.buffer])
}

/** Why a thread ended. */
export function reasonOf({ message, ...error }: Error & { code?: string }): string {
  return error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'Reading it took too much memory.' : message
}

/** The one that all of this process share. */
const shared = new MailReader()

/** Reads mails in the thread that all transports share; see `MailReader`. */
export async function parseInThread(mails: readonly Uint8Array[]): Promise<ParseResult[]> {
  return await shared.read(mails)
}
