import { Worker } from 'node:worker_threads'
import type { Outcome } from '../../domain/webhooks/outcome.js'
import { failure, type OutgoingMessage } from './delivery.js'
import type { SenderData, SendRequest, SendResult } from './send-worker.js'

/**
 * Megabytes of the thread's heap, and of its young generation. Of each answer 64 KB are read: in a larger one they would
 * live until the whole heap is collected, by helping threads that take the processor from requests.
 */
const MAX_MEMORY = 128
const MAX_YOUNG_MEMORY = 2

/** What becomes of the messages of a thread that failed: which of them it failed at, nobody knows. */
const FAILED = failure('The thread that sends messages failed.', 0)

export interface SenderOptions extends SenderData {
  /** The module that the thread runs. */
  readonly script?: URL
}

/**
 * Sends messages to webhooks in a thread of its own, which starts with the first: connecting, above all by TLS, and
 * reading what receivers answer takes more of the processor than all else that a delivery takes.
 */
export class WebhookSender {
  readonly #networks: readonly string[]
  readonly #script: URL
  readonly #pending = new Map<number, (outcome: Outcome) => void>()
  #worker: Worker | undefined
  #last = 0

  constructor({ networks, script = new URL('./send-worker.js', import.meta.url) }: SenderOptions) {
    this.#networks = networks
    this.#script = script
  }

  /** Sends a message. Returns what became of it within `timeoutMs`, or soon after `stopping`; never throws for the receiver. */
  async send(message: OutgoingMessage, timeoutMs: number, stopping: AbortSignal): Promise<Outcome> {
    const number = ++this.#last
    const worker = this.#start()
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    this.#pending.set(number, resolve)
    const post = (request: SendRequest) => worker.postMessage(request, [])
    const stop = () => post({ number })
    post({ number, message, timeoutMs })
    if (stopping.aborted) stop()
    stopping.addEventListener('abort', stop, { once: true })
    try {
      return await promise
    } finally {
      stopping.removeEventListener('abort', stop)
    }
  }

  /** Ends the thread; a later message starts another. */
  async close(): Promise<void> {
    const worker = this.#worker
    this.#end(worker)
    await worker?.terminate()
  }

  #start(): Worker {
    // An idle thread does not keep the process alive.
    const known = this.#worker
    known?.ref()
    if (known) return known
    const worker = new Worker(this.#script, {
      resourceLimits: { maxOldGenerationSizeMb: MAX_MEMORY, maxYoungGenerationSizeMb: MAX_YOUNG_MEMORY },
      workerData: { networks: this.#networks } satisfies SenderData,
    })
    worker.on('message', ({ number, outcome }: SendResult) => {
      this.#pending.get(number)?.(outcome)
      this.#pending.delete(number)
      if (this.#pending.size === 0) worker.unref()
    })
    const onEnd = () => this.#end(worker)
    worker.on('error', onEnd)
    worker.on('exit', onEnd)
    return (this.#worker = worker)
  }

  #end(worker: Worker | undefined): void {
    if (worker === undefined || worker !== this.#worker) return
    this.#worker = undefined
    for (const resolve of this.#pending.values()) resolve(FAILED)
    this.#pending.clear()
  }
}
