import { parentPort } from 'node:worker_threads'
import { inBatches, inParts } from '../../util/batches.js'
import { type BufferPack, packBuffers } from '../../util/buffer-pack.js'
import { type EncodedMail, encodeMail } from '../journal/codec.js'
import { type ParseResult, tryParse } from '../journal/parse.js'
import { mailsOf } from './archive-file.js'

/** The first message to the thread: the archive that it reads. */
export interface ImportJob {
  path: string
  /** Number of batches that a previous thread encoded. */
  skip: number
  /** Counter of parsed mails. */
  progress: Int32Array
}

/** Asks the thread to parse its oldest batch, except the mails at some indexes, and to drop it. */
export interface ReadRequest {
  skipped: readonly number[]
}

/** The messages of the thread. */
export type WorkerMessage =
  | { kind: 'encoded'; batch: EncodedBatch }
  /** The next results of the oldest requested batch. */
  | { kind: 'read'; results: ParseResult[] }
  | { kind: 'remark'; remark: string }
  | { kind: 'end' }
  /** `fields`: properties that an error loses between threads. */
  | { kind: 'failed'; error: Error; fields: object }

/** Encoded mails for the journal. */
export interface EncodedBatch {
  encodings: Omit<EncodedMail, 'raw'>[]
  raws: BufferPack
  /** Bytes of the archive that were read for it. */
  advance: number
}

/** Mails of a batch: with 64 the costs of each transaction make an import some percent slower, 128 take more memory. */
const MAX_MAILS = 96

/** Batches that are encoded and not parsed yet. */
const MAX_AHEAD = 4

/**
 * Results of a message. The allocator keeps the larger part of a large buffer for the process once it is free, and that for a
 * batch has some megabytes.
 */
const MAX_RESULTS = 16

const batches: Uint8Array[][] = []
let isRoom = Promise.withResolvers<void>()

parentPort?.once('message', (job: ImportJob) => {
  parentPort?.on('message', ({ skipped }: ReadRequest) => {
    readNext(new Set(skipped), job.progress)
    isRoom.resolve()
    isRoom = Promise.withResolvers()
  })
  void sendAll(job)
})

function readNext(skipped: ReadonlySet<number>, progress: Int32Array): void {
  const mails = (batches.shift() ?? []).filter((_, place) => !skipped.has(place))
  for (const part of inParts(mails, MAX_RESULTS)) {
    const results: ParseResult[] = []
    for (const bytes of part) {
      results.push(tryParse(bytes))
      Atomics.add(progress, 0, 1)
    }
    send({ kind: 'read', results })
  }
}

async function sendAll({ path, skip }: ImportJob): Promise<void> {
  let [advance, number] = [0, 0]
  const listener = {
    onRead: (bytes: number) => (advance += bytes),
    onRemark: (remark: string) => send({ kind: 'remark', remark }),
  }
  try {
    for await (const batch of inBatches(mailsOf(path, listener), MAX_MAILS)) {
      if (number++ < skip) {
        advance = 0
        continue
      }
      const mails = batch.map(({ bytes }) => bytes)
      batches.push(mails)
      sendEncoded(mails, advance)
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

function sendEncoded(mails: readonly Uint8Array[], advance: number): void {
  const all = mails.map(encodeMail)
  const raws = packBuffers(all.map(({ raw }) => raw))
  const batch = { encodings: all.map(({ digest, size }) => ({ digest, size })), raws, advance }
  send({ kind: 'encoded', batch }, raws.bytes.buffer)
}

function send(message: WorkerMessage, ...given: ArrayBuffer[]): void {
  parentPort?.postMessage(message, given)
}
