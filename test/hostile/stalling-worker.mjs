// Stands in for the thread that reads mail: it does what the mail says.
import { parentPort, workerData } from 'node:worker_threads'

parentPort.on('message', ({ bytes, ends }) => {
  const mails = ends.map((end, index) => Buffer.from(bytes.slice(ends[index - 1] ?? 0, end)).toString())
  const results = []
  for (const text of mails) {
    if (text === 'stall') for (;;);
    if (text === 'exit') process.exit(1)
    if (text === 'sleep') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    if (text === 'memory')
      for (const kept = []; ; ) kept.push(Array.from({ length: 100_000 }, () => kept.length))
    results.push(text)
    Atomics.add(workerData, 0, 1)
  }
  parentPort.postMessage(results, [])
})
parentPort.postMessage([], [])
