import { Worker } from 'node:worker_threads'
import { AsyncQueue } from '../../util/async-queue.js'
import { unpackBuffers } from '../../util/buffer-pack.js'
import { type EncodedMail, encodeMail } from '../journal/codec.js'
import { MAX_MEMORY, YOUNG_GENERATION } from '../journal/mail-reader.js'
import type { ParseResult } from '../journal/parse.js'
import { makeProgress, READ_TIMEOUT_MS, ReadingWatch } from '../journal/reading-watch.js'
import type {
  CheckpointRequest,
  ImportJob,
  PackedBatch,
  ReadRequest,
  WorkerMessage,
} from './import-worker.js'

/** Consecutive mails of an archive. */
export interface Batch {
  encodings: EncodedMail[]
  /** Bytes of the archive that were read for it. */
  advance: number
  /** The thread that has the mails. */
  worker: Worker
}

/** A batch as it was received, with the thread that has its mails. */
interface ReceivedBatch {
  packed: PackedBatch
  worker: Worker
}

/** A batch that the thread parses. */
interface Reading {
  /** Number of its results. */
  count: number
  /** Those received so far. */
  results: ParseResult[]
  resolve: (results: ParseResult[] | undefined) => void
}

export interface ArchiveThreadOptions {
  timeout?: number
  /** The module that the thread runs. */
  script?: URL
}

/**
 * A thread that splits an archive into mails, encodes them (if this thread has more to do), and parses them once
 * journalled, while this thread uses the database. It loads its modules at once, and reads when an archive is opened. A
 * thread that times out or ends at a mail is replaced by another, which continues with mails that were not sent yet; mails
 * that were to be parsed are read from the journal.
 */
export class ArchiveThread {
  #path = ''
  readonly #timeout: number
  readonly #script: URL
  readonly #batches = new AsyncQueue<ReceivedBatch | undefined>()
  /** Whether this thread waits for the other. */
  readonly #idle = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  /** Pending reads, in the order of their results. */
  readonly #readings: Reading[] = []
  /** Pending checkpoints, in their order. */
  readonly #checkpoints: (() => void)[] = []
  /** Whether the thread is at one, which takes as long as the disk does. */
  #isCheckpointing = false
  #worker: Worker
  #progress!: Int32Array
  #watching!: ReadingWatch
  /** Sentences about omitted parts of the archive, complete at its end. */
  readonly remarks: string[] = []
  /** Number of received batches. */
  #count = 0

  constructor({
    timeout = READ_TIMEOUT_MS,
    script = new URL('./import-worker.js', import.meta.url),
  }: ArchiveThreadOptions = {}) {
    this.#timeout = timeout
    this.#script = script
    this.#worker = this.#start()
  }

  /** Starts to read an archive, a few batches ahead of `read`. */
  open(path: string): void {
    this.#path = path
    this.#sendJob()
  }

  /** The next mails of the opened archive, encoded; undefined at the end. Throws if the archive cannot be read. */
  async next(): Promise<Batch | undefined> {
    const received = await this.idleUntil(this.#batches.take())
    return received && { ...unpack(received.packed), worker: received.worker }
  }

  /** Waits for something that the thread does; meanwhile it leaves work to this thread. */
  async idleUntil<T>(event: Promise<T>): Promise<T> {
    Atomics.store(this.#idle, 0, 1)
    try {
      return await event
    } finally {
      Atomics.store(this.#idle, 0, 0)
    }
  }

  /**
   * Parses the mails of a batch, except those at the `skipped` indexes, and drops it from the thread, in batch order.
   * Undefined if the thread failed at one of them.
   */
  async read({ worker, encodings }: Batch, skipped: readonly number[]): Promise<ParseResult[] | undefined> {
    if (worker !== this.#worker) return undefined
    worker.postMessage({ skipped } satisfies ReadRequest, [])
    const count = encodings.length - skipped.length
    if (count === 0) return []
    const { promise, resolve } = Promise.withResolvers<ParseResult[] | undefined>()
    this.#readings.push({ count, results: [], resolve })
    this.#watch()
    return await promise
  }

  /** Has the thread copy the log of a SQLite file into it; settles once that has ended, also if it failed. */
  async checkpoint(file: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#checkpoints.push(resolve)
    this.#worker.postMessage({ file } satisfies CheckpointRequest, [])
    await promise
  }

  async close(): Promise<void> {
    this.#watching.stop()
    await this.#worker.terminate()
    this.#endCheckpoints()
  }

  #start(): Worker {
    this.#progress = makeProgress()
    const worker = new Worker(this.#script, {
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION, maxOldGenerationSizeMb: MAX_MEMORY },
    })
    this.#watching = new ReadingWatch(worker, this.#progress, this.#timeout, () => this.#replace(worker))
    worker.on('message', (message: WorkerMessage) => worker === this.#worker && this.#hear(message))
    worker.on('error', (error) => this.#fail(worker, error as Error))
    worker.on('exit', () => this.#fail(worker, new Error('The thread that reads the archive has ended.')))
    return worker
  }

  #sendJob(): void {
    const job: ImportJob = {
      path: this.#path,
      skip: this.#count,
      progress: this.#progress,
      idle: this.#idle,
    }
    this.#worker.postMessage(job, [])
  }

  #hear(message: WorkerMessage): void {
    if (message.kind === 'batch') this.#receive(message.batch)
    else if (message.kind === 'read') this.#answer(message.results)
    else if (message.kind === 'checkpoint') this.#hearOfCheckpoint(message.hasEnded)
    else if (message.kind === 'remark') this.remarks.push(message.remark)
    else if (message.kind === 'end') this.#batches.put(undefined)
    else this.#batches.fail(Object.assign(message.error, message.fields))
  }

  #receive(packed: PackedBatch): void {
    this.#count++
    this.#batches.put({ packed, worker: this.#worker })
  }

  #answer(some: ParseResult[]): void {
    const { count, results, resolve } = this.#readings[0] as Reading
    results.push(...some)
    if (results.length < count) return
    this.#readings.shift()
    resolve(results)
    this.#watch()
  }

  #hearOfCheckpoint(hasEnded: boolean): void {
    this.#isCheckpointing = !hasEnded
    if (hasEnded) this.#checkpoints.shift()?.()
    this.#watch()
  }

  #endCheckpoints(): void {
    this.#isCheckpointing = false
    for (const resolve of this.#checkpoints.splice(0)) resolve()
  }

  /** Watches the thread for as long as it parses. */
  #watch(): void {
    if (this.#readings.length > 0 && !this.#isCheckpointing) this.#watching.start()
    else this.#watching.stop()
  }

  /** A thread that ended while it parsed is replaced; one that ended otherwise cannot read the archive. */
  #fail(worker: Worker, error: Error): void {
    if (worker !== this.#worker) return
    if (this.#readings.length > 0) return this.#replace(worker)
    this.#batches.fail(error)
    this.#endCheckpoints()
  }

  #replace(worker: Worker): void {
    this.#watching.stop()
    void worker.terminate()
    this.#worker = this.#start()
    this.#sendJob()
    this.#endCheckpoints()
    for (const { resolve } of this.#readings.splice(0)) resolve(undefined)
  }
}

function unpack({ encodings, mails, advance }: PackedBatch): Omit<Batch, 'worker'> {
  const all = unpackBuffers(mails)
  return {
    encodings:
      encodings?.map((encoding, index) => ({ ...encoding, raw: all[index] as Buffer })) ??
      all.map(encodeMail),
    advance,
  }
}
