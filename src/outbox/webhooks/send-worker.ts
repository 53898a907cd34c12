import { parentPort, workerData } from 'node:worker_threads'
import type { Outcome } from '../../domain/webhooks/outcome.js'
import { makeResolver } from '../../util/resolve.js'
import { stepBack } from '../../util/thread-priority.js'
import { deliverMessage, type OutgoingMessage } from './delivery.js'

/** The thread that sends messages to webhooks: any number at once, each answered when it has ended. */

export interface SenderData {
  /** Networks that are not public and that the operator allows webhooks to lead to. */
  readonly networks: readonly string[]
}

/** A message to be sent; without one, what was begun under the number is to end soon. */
export interface SendRequest {
  readonly number: number
  readonly message?: OutgoingMessage
  readonly timeoutMs?: number
}

export interface SendResult {
  readonly number: number
  readonly outcome: Outcome
}

// Receivers can wait longer than people.
stepBack()

const resolver = makeResolver((workerData as SenderData).networks)

/** What stops each message that is under way. */
const stopping = new Map<number, AbortController>()

parentPort?.on('message', ({ number, message, timeoutMs = 0 }: SendRequest) => {
  if (message) void send(number, message, timeoutMs)
  else stopping.get(number)?.abort()
})

async function send(number: number, message: OutgoingMessage, timeoutMs: number): Promise<void> {
  const stop = new AbortController()
  stopping.set(number, stop)
  const outcome = await deliverMessage({ resolver, timeoutMs }, message, stop.signal)
  stopping.delete(number)
  parentPort?.postMessage({ number, outcome } satisfies SendResult, [])
}
