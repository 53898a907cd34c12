import { parentPort, workerData } from 'node:worker_threads'
import { type BufferPack, unpackBuffers } from '../../util/buffer-pack.js'
import { type ParseResult, tryParse } from './parse.js'

/** The thread that parses mail: bytes in, parse results out, in order. */

/** Results of the next mails. The first answer is empty: it reports that the thread has started. */
export type Answer = ParseResult[]

/** Bytes of mail whose results are sent together: a message costs as much as parsing a small mail. */
const MAX_WAITING_BYTES = 512 * 1024

/** Number of mails that this thread has read. */
const progress = workerData as Int32Array

if (parentPort) {
  parentPort.on('message', (packed: BufferPack) => readAll(unpackBuffers(packed)))
  answer([])
}

function readAll(mails: readonly Uint8Array[]): void {
  let waiting: Answer = []
  let size = 0
  for (const bytes of mails) {
    waiting.push(tryParse(bytes))
    size += bytes.length
    Atomics.add(progress, 0, 1)
    if (size < MAX_WAITING_BYTES) continue
    answer(waiting)
    waiting = []
    size = 0
  }
  if (waiting.length > 0) answer(waiting)
}

function answer(results: Answer): void {
  parentPort?.postMessage(results, [])
}
