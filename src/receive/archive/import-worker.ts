import { parentPort, workerData } from 'node:worker_threads'
import { inBatches } from '../../util/batches.js'
import { type Packed, pack } from '../../util/buffer-pack.js'
import { type Seal, seal } from '../journal/codec.js'
import { mailsOf } from './archive-file.js'

/** What the thread that splits an archive tells. */
export type News =
  | { kind: 'sealed'; batch: SealedBatch }
  | { kind: 'end' }
  /** `fields` are what an error loses on its way from thread to thread. */
  | { kind: 'failed'; error: Error; fields: object }

/** Mails that are ready for the journal. */
export interface SealedBatch {
  seals: Omit<Seal, 'raw'>[]
  raws: Packed
  /** As they came, to be read. */
  mails: Packed
  /** Bytes of the archive that were read for it. */
  advance: number
}

/** Batches that it is ahead of the thread that journals them. */
const MAX_AHEAD = 2

const flow = { ahead: 0 }
let askedForMore = Promise.withResolvers<void>()

if (parentPort) {
  parentPort.on('message', () => {
    flow.ahead--
    askedForMore.resolve()
    askedForMore = Promise.withResolvers()
  })
  await sendAll(workerData as string)
}

async function sendAll(path: string): Promise<void> {
  let advance = 0
  try {
    for await (const batch of inBatches(mailsOf(path, (bytes) => (advance += bytes)))) {
      sendSealed(
        batch.map(({ bytes }) => bytes),
        advance,
      )
      advance = 0
      flow.ahead++
      while (flow.ahead >= MAX_AHEAD) await askedForMore.promise
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
  const packed = pack(mails)
  const batch = { seals: all.map(({ digest, size }) => ({ digest, size })), raws, mails: packed, advance }
  send({ kind: 'sealed', batch }, raws.bytes.buffer, packed.bytes.buffer)
}

function send(news: News, ...given: ArrayBuffer[]): void {
  parentPort?.postMessage(news, given)
}
