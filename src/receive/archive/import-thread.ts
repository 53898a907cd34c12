import { Worker } from 'node:worker_threads'
import { Mailbox } from '../../util/async-queue.js'
import { unpack } from '../../util/buffer-pack.js'
import type { Seal } from '../journal/codec.js'
import type { News, SealedBatch } from './import-worker.js'

/** Megabytes of what is new in its heap. What it makes it gives away at once, and soon is forgotten here. */
const YOUNG_GENERATION = 2

/** Some mails of an archive, one after the other. */
export interface Batch {
  seals: Seal[]
  mails: Buffer[]
  /** Bytes of the archive that were read for it. */
  advance: number
}

/**
 * A thread that splits an archive into mails and seals them, while this one works for the database and another reads
 * them: that takes as long as all the rest of an import.
 */
export class ArchiveThread {
  readonly #worker: Worker
  readonly #batches = new Mailbox<SealedBatch | undefined>()

  constructor(path: string) {
    this.#worker = new Worker(new URL('./import-worker.js', import.meta.url), {
      workerData: path,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION },
    })
    this.#worker.on('message', (news: News) => this.#hear(news))
    this.#worker.on('error', (error) => this.#fail(error as Error))
    this.#worker.on('exit', () => this.#fail(new Error('The thread that reads the archive has ended.')))
  }

  /** The next mails, sealed; undefined at the end. Throws what keeps the archive from being read. */
  async next(): Promise<Batch | undefined> {
    const batch = await this.#batches.take()
    if (!batch) return undefined
    this.#worker.postMessage('more', [])
    const { seals, raws, mails, advance } = batch
    const all = unpack(raws)
    return {
      seals: seals.map((seal, index) => ({ ...seal, raw: all[index] as Buffer })),
      mails: unpack(mails),
      advance,
    }
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  #hear(news: News): void {
    if (news.kind === 'sealed') this.#batches.put(news.batch)
    else if (news.kind === 'end') this.#batches.put(undefined)
    else this.#batches.fail(Object.assign(news.error, news.fields))
  }

  #fail(error: Error): void {
    this.#batches.fail(error)
  }
}
