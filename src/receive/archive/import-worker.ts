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
  /** Whether the other thread waits for this one. */
  idle: Int32Array
}

/** Asks the thread to copy the log of a SQLite file into it, after what it was asked for before. */
export interface CheckpointRequest {
  file: string
}

/** Asks the thread to parse its oldest batch, except the mails at some indexes, and to drop it. */
export interface ReadRequest {
  skipped: readonly number[]
}

/** The messages of the thread. */
export type WorkerMessage =
  | { kind: 'batch'; batch: PackedBatch }
  /** The next results of the oldest requested batch. */
  | { kind: 'read'; results: ParseResult[] }
  /** A requested checkpoint begins, or has ended, well or not. */
  | { kind: 'checkpoint'; hasEnded: boolean }
  | { kind: 'remark'; remark: string }
  | { kind: 'end' }
  /** `fields`: properties that an error loses between threads. */
  | { kind: 'failed'; error: Error; fields: object }

/** Mails for the journal. */
export interface PackedBatch {
  /** Undefined: the mails are as they were read, and the other thread encodes them. */
  encodings: Omit<EncodedMail, 'raw'>[] | undefined
  mails: BufferPack
  /** Bytes of the archive that were read for it. */
  advance: number
}

/** Mails of a batch: with 96 the costs of each transaction take a tenth more of the processor, 192 take more memory. */
const MAX_MAILS = 144

/** Batches that are sent and not parsed yet. */
const MAX_AHEAD = 4

/**
 * Results of a message. The allocator keeps the larger part of a large buffer for the process once it is free, and that for a
 * batch has some megabytes.
 */
const MAX_RESULTS = 16

const batches: Uint8Array[][] = []
let isRoom = Promise.withResolvers<void>()

/** At the start, the other thread waits for batches rather than for results. Settled once it has as many as it can use. */
const hasStarted = Promise.withResolvers<void>()

parentPort?.once('message', (job: ImportJob) => {
  parentPort?.on('message', (request: ReadRequest | CheckpointRequest) =>
    'file' in request ? void checkpoint(request) : void answer(request, job.progress),
  )
  void sendAll(job).finally(hasStarted.resolve)
})

async function answer({ skipped }: ReadRequest, progress: Int32Array): Promise<void> {
  await hasStarted.promise
  readNext(new Set(skipped), progress)
  isRoom.resolve()
  isRoom = Promise.withResolvers()
}

async function checkpoint({ file }: CheckpointRequest): Promise<void> {
  try {
    // Imports into PostgreSQL never need it.
    const { checkpointFile } = await import('../../db/dialect/sqlite-checkpoint.js')
    send({ kind: 'checkpoint', hasEnded: false })
    checkpointFile(file)
  } catch {
    // The thread that writes to the database meets the same error, and reports it.
  }
  send({ kind: 'checkpoint', hasEnded: true })
}

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

async function sendAll({ path, skip, idle }: ImportJob): Promise<void> {
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
      sendBatch(mails, advance, idle)
      advance = 0
      if (batches.length >= MAX_AHEAD) hasStarted.resolve()
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

/**
 * Sends mails for the journal. The thread that has less to do encodes them: this one, unless the other waits for it, as it
 * does for most of an import of patches.
 */
function sendBatch(mails: readonly Uint8Array[], advance: number, idle: Int32Array): void {
  const encoded = Atomics.load(idle, 0) === 0 ? mails.map(encodeMail) : undefined
  const pack = packBuffers(encoded?.map(({ raw }) => raw) ?? mails)
  const encodings = encoded?.map(({ digest, size }) => ({ digest, size }))
  send({ kind: 'batch', batch: { encodings, mails: pack, advance } }, pack.bytes.buffer)
}

function send(message: WorkerMessage, ...given: ArrayBuffer[]): void {
  parentPort?.postMessage(message, given)
}
