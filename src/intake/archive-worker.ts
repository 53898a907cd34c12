import { parentPort, workerData } from 'node:worker_threads'
import { mailsOf } from './archive-file.js'
import { inBatches } from './batches.js'
import { type Packed, pack } from './packed.js'
import { type Reading, read } from './read.js'
import { type Seal, seal } from './seal.js'

/** What the thread that reads an archive tells, in this order: each batch sealed, and read when that was asked for. */
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

/** Batches that it is ahead of who writes them: some in the journal and to be read, some on their way to it. */
const MOST_AHEAD = 4

/** Batches that are sealed and not read yet. */
const unread: Uint8Array[][] = []
let askedForMore = Promise.withResolvers<void>()

if (parentPort) {
  parentPort.on('message', sendReadings)
  await sendAll(workerData as string)
}

async function sendAll(path: string): Promise<void> {
  let advance = 0
  try {
    for await (const batch of inBatches(mailsOf(path, (bytes) => (advance += bytes)))) {
      const mails = batch.map(({ bytes }) => bytes)
      unread.push(mails)
      sendSealed(mails, advance)
      advance = 0
      while (unread.length >= MOST_AHEAD) await askedForMore.promise
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

function sendReadings(): void {
  send({ kind: 'read', readings: (unread.shift() ?? []).map(read) })
  askedForMore.resolve()
  askedForMore = Promise.withResolvers()
}

function send(news: News, ...given: ArrayBuffer[]): void {
  parentPort?.postMessage(news, given)
}
