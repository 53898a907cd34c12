import { parentPort, workerData } from 'node:worker_threads'
import { type Comparison, compareSeries } from './compare.js'

/** The thread that compares series: one comparison a message, one answer each. */

const { timeout } = workerData as { timeout: number }

parentPort?.on('message', (comparison: Comparison) => {
  parentPort?.postMessage(compareSeries(comparison, timeout), [])
})
