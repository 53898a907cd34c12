import { parentPort, workerData } from 'node:worker_threads'
import { inBatches } from '../../util/batches.js'
import { type Packed, pack } from '../../util/buffer-pack.js'
import { type Seal, seal } from '../journal/codec.js'
import { type Reading, read } from '../journal/read.js'
import { mailsOf } from './archive-file.js'

/** The data that the thread starts with. */
export interface ImportJob {
  path: string
  /** Batches that another thread sealed before. */
  skip: number
  /** Counts the mails that were read. */
  progress: Int32Array
}

/** Has the thread read the first batch that it still has, but the mails at some places, and let it go. */
export interface ReadRequest {
  skipped: readonly number[]
}

/** The messages of the thread. */
export type News =
  | { kind: 'sealed'; batch: SealedBatch }
  | { kind: 'read'; readings: Reading[] }
  | { kind: 'end' }
  /** `fields` are what an error loses on its way from thread to thread. */
  | { kind: 'failed'; error: Error; fields: object }

/** Mails that are ready for the journal. */
export interface SealedBatch {
  seals: Omit<Seal, 'raw'>[]
  raws: Packed
  /** Bytes of the archive that were read for it. */
  advance: number
}

/** Batches that are sealed and not read yet. */
const MAX_AHEAD = 3

const batches: Uint8Array[][] = []
let isRoom = Promise.withResolvers<void>()

if (parentPort) {
  const job = workerData as ImportJob
  parentPort.on('message', ({ skipped }: ReadRequest) => {
    readNext(new Set(skipped), job.progress)
    isRoom.resolve()
    isRoom = Promise.withResolvers()
  })
  await sendAll(job)
}

function readNext(skipped: ReadonlySet<number>, progress: Int32Array): void {
  const readings: Reading[] = []
  for (const [place, bytes] of (batches.shift() ?? []).entries()) {
    if (skipped.has(place)) continue
    readings.push(read(bytes))
    Atomics.add(progress, 0, 1)
  }
  send({ kind: 'read', readings })
}

async function sendAll({ path, skip }: ImportJob): Promise<void> {
  let [advance, number] = [0, 0]
  try {
    for await (const batch of inBatches(mailsOf(path, (bytes) => (advance += bytes)))) {
      if (number++ < skip) {
        advance = 0
        continue
      }
      const mails = batch.map(({ bytes }) => bytes)
      batches.push(mails)
      sendSealed(mails, advance)
      advance = 0
      while (batches.length >= MAX_AHEAD) await isRoom.promise
    }
    send({ kind: 'end' })
  } catch (error) {
    send({
      kind: 'failed',
      error: error as Error,
      fields: Object.fromEntries(Object.entries(error as Error)),
    })
  }
}

function sendSealed(mails: readonly Uint8Array[], advance: number): void {
  const all = mails.map(seal)
  const raws = pack(all.map(({ raw }) => raw))
  const batch = { seals: all.map(({ digest, size }) => ({ digest, size })), raws, advance }
  send({ kind: 'sealed', batch }, raws.bytes.buffer)
}

function send(news: News, ...given: ArrayBuffer[]): void {
  parentPort?.postMessage(news, given)
}
