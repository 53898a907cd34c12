import type { Outcome } from '../../domain/webhooks/outcome.js'
import type { HostResolver } from '../../util/resolve.js'
import { VERSION } from '../../util/version.js'
import { attemptWithin } from '../attempt.js'
import { post } from './send.js'
import { signatureHeaders } from './signature.js'

/** One message on its way to one receiver: it is signed and sent, and something becomes of it. */

/** A message that is to be signed and sent; plain data, for another thread does it. */
export interface OutgoingMessage {
  /** The URL of the receiver. */
  readonly address: string
  /** The same whenever the event is sent again: receivers know by it what they have. */
  readonly id: string
  /** The time that the signature names, in milliseconds. */
  readonly sent: number
  /** What it is signed with, the newest first. */
  readonly secrets: readonly string[]
  readonly body: Uint8Array
}

export interface DeliveryOptions {
  readonly resolver: HostResolver
  /** An attempt takes no longer than this, from the lookup of the host to the end of the answer. */
  readonly timeoutMs: number
}

/** The outcome of an attempt that did not end before the server did. */
export const INTERRUPTED = {
  result: 'interrupted',
  reason: 'Patchwork was stopped meanwhile.',
} as const satisfies Outcome

const TYPE = { 'content-type': 'application/json', 'user-agent': `Patchwork/${VERSION}` }

/**
 * Signs and sends a message. Returns what became of it; never throws for what the receiver does. After `stopping` it has a
 * moment to end.
 */
export async function deliverMessage(
  { resolver, timeoutMs }: DeliveryOptions,
  message: OutgoingMessage,
  stopping: AbortSignal,
): Promise<Outcome> {
  const start = performance.now()
  let outcome: Outcome | undefined
  const stopped = new Error(INTERRUPTED.reason)
  const timeout = new Error(`There was no answer within ${timeoutMs / 1000} seconds.`)
  const error = await attemptWithin({ timeoutMs, timeout, stopped, stopping }, async (signal) => {
    const url = new URL(message.address)
    const headers = { ...TYPE, ...signatureHeaders(message) }
    const answer = await post({ url, addresses: await resolver.resolve(url) }, headers, message.body, signal)
    outcome = judge(answer, performance.now() - start)
  })
  if (outcome) return outcome
  return error === stopped ? INTERRUPTED : failure(error?.message ?? '', performance.now() - start)
}

/** An attempt without an answer that took some milliseconds. */
export function failure(reason: string, elapsed: number): Outcome {
  const duration = Math.round(elapsed)
  return { result: 'failed', status: null, answer: null, reason, duration, isGone: false }
}

function judge({ status, text: answer }: { status: number; text: string }, elapsed: number): Outcome {
  const duration = Math.round(elapsed)
  if (status >= 200 && status < 300) return { result: 'delivered', status, answer, duration }
  const isGone = status === 410
  const reason = isGone
    ? 'The receiver wants no more events (410).'
    : status >= 300 && status < 400
      ? `The receiver redirected (${status}), which is not followed.`
      : `The receiver answered ${status}.`
  return { result: 'failed', status, answer, reason, duration, isGone }
}
