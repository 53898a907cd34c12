import type { Context } from '../config/context.js'
import { transaction } from '../db/transaction.js'
import { noteFailure } from '../domain/failures/updates.js'
import type { OutboxMail } from '../domain/outbox/queries.js'
import { claimMail, type Outcome, updateMail } from '../domain/outbox/updates.js'
import { momentOf, timeAfter, toTime } from '../util/time.js'
import { attemptWithin, pauseAfter } from './attempt.js'
import { composeMail } from './compose.js'
import { Refused, type Transport, Unreachable } from './transports/transport.js'

/**
 * Delivery of mail from the outbox to the mail server, each once:
 *
 * - A mail is claimed in a transaction before the connection is made: it is marked as being sent, until a time by
 *   which its sender has given up or is dead. No other process claims it earlier, so several servers never send it
 *   twice.
 * - The outcome is recorded afterwards. A process that dies in between leaves a mail that the mail server may or may
 *   not have. It is sent again after that time: a duplicate is better than a loss, because the mail may be the only
 *   way into an account. It keeps its message id, so that mail systems and the folder recognize the duplicate.
 */

const NEVER = new AbortController().signal

/** An attempt takes no longer than this, in milliseconds … */
const SEND_TIMEOUT_MS = 60_000

/** … and after this time another process may claim the mail: it allows for different clocks of two servers. */
const LEASE = 10 * 60_000

/** The first wait after a failure; each is twice the one before, up to the longest. */
const PAUSES = { shortest: 60_000, longest: 4 * 3_600_000 }

/** Mail is given up at this age (RFC 5321, 4.5.4.1: at least 4 to 5 days). */
const MAX_AGE_MS = 5 * 24 * 3_600_000

export interface Delivered {
  sent: number
  delayed: number
  /** Those that were given up. */
  failed: OutboxMail[]
}

/** Sends all due mail one by one, until none is left, the server is unreachable, or `signal` aborts. */
export async function deliverMail(
  context: Context,
  transport: Transport,
  signal: AbortSignal = NEVER,
): Promise<Delivered> {
  const delivered: Delivered = { sent: 0, delayed: 0, failed: [] }
  while (!signal.aborted) {
    const started = context.now()
    const mail = await claimMail(context.db, toTime(started), timeAfter(started, LEASE))
    if (!mail) break
    const error = await attempt(context, transport, mail, signal)
    const outcome = judge(mail, error, context.now())
    await note(context, mail, outcome)
    count(delivered, mail, outcome)
    if (error instanceof Unreachable) break
  }
  return delivered
}

async function attempt(
  { config }: Context,
  transport: Transport,
  mail: OutboxMail,
  stopping: AbortSignal,
): Promise<Error | undefined> {
  const timeout = new Unreachable('The mail server took too long.')
  const stopped = new Unreachable('Patchwork was stopped meanwhile.')
  return await attemptWithin({ timeoutMs: SEND_TIMEOUT_MS, timeout, stopped, stopping }, async (signal) => {
    await transport.send(await composeMail(mail, config), signal)
  })
}

/** Records the outcome of a mail. A mail about failures that is given up is not reported in turn. */
async function note({ db: database }: Context, mail: OutboxMail, outcome: Outcome): Promise<void> {
  await transaction(database, async (db) => {
    await updateMail(db, mail, outcome)
    if (outcome.state !== 'failed' || mail.kind === 'failures') return
    const name = `to ${mail.recipient}: ${mail.subject}`
    await noteFailure(db, { kind: 'outgoing mail', name, reason: outcome.reason }, outcome.finished)
  })
}

function judge(mail: OutboxMail, error: Error | undefined, now: Date): Outcome {
  if (error === undefined) return { state: 'sent', finished: toTime(now) }
  const reason = error.message.slice(0, 1000)
  const due = timeAfter(now, pauseAfter(mail.attempts, PAUSES))
  const isTooOld = due > timeAfter(momentOf(mail.created), MAX_AGE_MS)
  if (error instanceof Refused || isTooOld) return { state: 'failed', finished: toTime(now), reason }
  return { state: 'waiting', due, reason }
}

function count(delivered: Delivered, mail: OutboxMail, outcome: Outcome): void {
  if (outcome.state === 'sent') delivered.sent++
  else if (outcome.state === 'waiting') delivered.delayed++
  else delivered.failed.push({ ...mail, reason: outcome.reason })
}
