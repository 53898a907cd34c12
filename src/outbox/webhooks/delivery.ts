import type { Context } from '../../config/context.js'
import { eventsEpoch } from '../../domain/events/epoch.js'
import type { Claim, Outcome } from '../../domain/webhooks/queue.js'
import { secretsAt } from '../../domain/webhooks/rules.js'
import type { HostResolver } from '../../util/resolve.js'
import { toTime } from '../../util/time.js'
import { VERSION } from '../../util/version.js'
import { attemptWithin } from '../attempt.js'
import { composeMessage } from './message.js'
import { post } from './send.js'
import { signatureHeaders } from './signature.js'

/** One event on its way to one webhook: the signed message, and what became of it. */

export interface SendOptions {
  readonly resolver: HostResolver
  readonly timeoutMs: number
}

/** A message as it is sent. */
export interface Message {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** The message that a delivery sends, signed as of now; an outcome if there is none to be sent. */
export async function makeMessage(context: Context, claim: Claim): Promise<Message | Outcome> {
  const { webhook, delivery } = claim
  const body = await compose(context, claim)
  if (body === 'failed') return failure('The server could not write the message.', 0)
  if (!body) return { result: 'missing', reason: 'The event is no longer there.' }
  const epoch = await eventsEpoch(context.db)
  const sent = context.now()
  const signatures = signatureHeaders(secretsAt(webhook, toTime(sent)), {
    id: messageId(epoch, delivery),
    sent,
    body,
  })
  const type = { 'content-type': 'application/json', 'user-agent': `Patchwork/${VERSION}` }
  return { headers: { ...type, ...signatures }, body }
}

/** Sends a message. Returns what became of it; never throws for what the receiver does. */
export async function sendMessage(
  { resolver, timeoutMs }: SendOptions,
  { webhook }: Claim,
  { headers, body }: Message,
  stopping: AbortSignal,
): Promise<Outcome> {
  const start = performance.now()
  let outcome: Outcome | undefined
  const stopped = new Error('Patchwork was stopped meanwhile.')
  const timeout = new Error(`There was no answer within ${timeoutMs / 1000} seconds.`)
  const error = await attemptWithin({ timeoutMs, timeout, stopped, stopping }, async (signal) => {
    const url = new URL(webhook.address)
    const answer = await post({ url, addresses: await resolver.resolve(url) }, headers, body, signal)
    outcome = judge(answer, performance.now() - start)
  })
  if (outcome) return outcome
  if (error === stopped) return { result: 'interrupted', reason: stopped.message }
  return failure(error?.message ?? '', performance.now() - start)
}

/** An attempt without an answer. */
function failure(reason: string, elapsed: number): Outcome {
  const duration = Math.round(elapsed)
  return { result: 'failed', status: null, answer: null, reason, duration, isGone: false }
}

/** The body of a delivery. An event that cannot be written holds up its own webhook and no other. */
async function compose(
  { db, config, log }: Context,
  { webhook, delivery }: Claim,
): Promise<Buffer | 'failed' | undefined> {
  try {
    return await composeMessage(db, config.publicUrl ?? webhook.site, delivery)
  } catch (error) {
    log.error({ webhook: webhook.id, event: delivery.event_id, err: error }, 'event could not be serialised')
    return 'failed'
  }
}

/** The id of an event as receivers see it. Events of versions of series have ids of their own. */
export function messageId(
  epoch: string,
  { kind, event_id }: Pick<Claim['delivery'], 'kind' | 'event_id'>,
): string {
  return kind === 'event' ? `${epoch}-${event_id}` : `${epoch}-series-${event_id}`
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
