// Stands in for the thread that reads mail: it does what the mail says.
import { parentPort } from 'node:worker_threads'

parentPort.on('message', (bytes) => {
  const text = Buffer.from(bytes).toString()
  if (text === 'stall') for (;;);
  if (text === 'exit') process.exit(1)
  if (text === 'sleep') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  if (text === 'memory')
    for (const kept = []; ; ) kept.push(Array.from({ length: 100_000 }, () => kept.length))
  parentPort.postMessage({ reading: { parsed: text, essence: '' }, used: 0 }, [])
})
parentPort.postMessage({ used: 0 }, [])
