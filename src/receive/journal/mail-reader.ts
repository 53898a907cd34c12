import type { ResourceLimits, Worker } from 'node:worker_threads'
import { packBuffers } from '../../util/buffer-pack.js'
import type { Answer } from './mail-worker.js'
import type { ParseResult } from './parse.js'
import { makeProgress, READ_TIMEOUT_MS, ReadingWatch } from './reading-watch.js'

/** Megabytes for new objects, and for the whole heap with a mail of the maximum size. */
export const YOUNG_GENERATION = 8
export const MAX_MEMORY = 1024

/** Mails that await their results. */
interface Request {
  mails: readonly Uint8Array[]
  /** In the order of the mails; undefined for pending ones. */
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
 * Parses mail in a separate thread, so that no mail blocks this one. A mail that takes too much time or
 * memory gets an error as its result, and a new thread continues with the next mails.
 */
export class MailReader {
  readonly #timeout: number
  readonly #script: URL
  readonly #limits: ResourceLimits
  #worker: Worker | undefined
  #watching: ReadingWatch | undefined
  #progress = makeProgress()
  /** Number of results received from this thread. */
  #answered = 0
  /** Pending requests of the thread, in the order of its answers. */
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

  /** Parses mails; returns results in order. Throws if the thread cannot be started. */
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
    // Loaded with the thread: the mail pipe, which starts once for each mail, has none.
    const { Worker } = process.getBuiltinModule('node:worker_threads')
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

  /** Sets the result of a pending mail; index 0 is the first one. */
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

  /** Watches the time limit while mails are pending. An idle thread does not keep the process alive. */
  #watch(worker: Worker): void {
    if (this.#requests.length === 0) {
      this.#watching?.stop()
      worker.unref()
      return
    }
    worker.ref()
    // The start time of the thread does not count for the mail.
    if (this.#isReady) this.#watching?.start()
  }

  /** Ends a thread that failed at a mail, and continues with a new one. */
  #replace(worker: Worker, reason: string): void {
    if (worker !== this.#worker) return
    this.#worker = undefined
    this.#watching?.stop()
    void worker.terminate()
    if (!this.#isReady)
      for (const { reject } of this.#requests.splice(0)) reject(new Error(`Mail cannot be read: ${reason}`))
    // Mails whose results were lost are read again.
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

/** Sends all mails without a result in one message. */
function send(worker: Worker, { mails, results }: Request): void {
  const packed = packBuffers(mails.filter((_, index) => results[index] === undefined))
  worker.postMessage(packed, [packed.bytes.buffer])
}

/** The reason why a thread ended. */
export function reasonOf({ message, ...error }: Error & { code?: string }): string {
  return error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'Reading it took too much memory.' : message
}

/** The reader that is shared within this process. */
const shared = new MailReader()

/** Parses mails in the thread that all transports share; see `MailReader`. */
export async function parseInThread(mails: readonly Uint8Array[]): Promise<ParseResult[]> {
  return await shared.read(mails)
}
