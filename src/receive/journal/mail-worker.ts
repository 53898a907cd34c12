import { parentPort } from 'node:worker_threads'
import { type Reading, read } from './read.js'

/** The thread that reads mail: bytes in, parse results out, in their order, each as soon as it is there. */

export interface Answer {
  /** None in the first answer, which says that the thread has started. */
  reading?: Reading
  /** Milliseconds of the processor that the thread has had so far. */
  used: number
}

if (parentPort) {
  parentPort.on('message', (bytes: Uint8Array) => answer({ reading: read(bytes) }))
  answer({})
}

function answer(rest: { reading?: Reading }): void {
  const { user, system } = process.threadCpuUsage()
  parentPort?.postMessage({ ...rest, used: (user + system) / 1000 } satisfies Answer, [])
}
