import type { Time } from '../../db/schema.js'
import { momentOf, timeAfter } from '../../util/time.js'
import type { Delivery, WebhookRow } from './queries.js'
import { MAX_FAILING_MS } from './rules.js'

/** What became of one attempt, and what follows for its webhook. */

export type Outcome =
  | { result: 'delivered'; status: number; answer: string; duration: number }
  /** `isGone`: the receiver wants no more events. */
  | {
      result: 'failed'
      status: number | null
      answer: string | null
      reason: string
      duration: number
      isGone: boolean
    }
  /** The server stops; the attempt does not count. */
  | { result: 'interrupted'; reason: string }
  /** The event was deleted with its patch or series. */
  | { result: 'missing'; reason: string }

/** The columns of a webhook that follow from what became of its deliveries. */
export type Fate = Pick<
  WebhookRow,
  'active' | 'disabled' | 'due' | 'failing_since' | 'failures' | 'last_event' | 'last_series_event' | 'reason'
>

type Change = Partial<Fate>

export interface Times {
  readonly now: Time
  /** Milliseconds until the next attempt after a number of failures. */
  readonly pause: (failures: number) => number
}

const WELL: Change = { due: null, failing_since: null, failures: 0, reason: null }

/** What an outcome changes in the webhook. */
export function changeAfter(
  webhook: WebhookRow,
  { kind, event_id }: Delivery,
  outcome: Outcome,
  times: Times,
): Change {
  const column = kind === 'event' ? 'last_event' : 'last_series_event'
  // Of an event that was delivered before, nothing follows: its successors do not wait for it.
  const isNext = event_id > webhook[column]
  if (outcome.result === 'failed') {
    if (webhook.active === 0) return {}
    if (outcome.isGone) return { active: 0, disabled: times.now, due: null, reason: outcome.reason }
    return isNext ? changeAfterFailure(webhook, outcome.reason, times) : {}
  }
  if (outcome.result === 'interrupted' || !isNext) return {}
  return outcome.result === 'delivered' ? { ...WELL, [column]: event_id } : { [column]: event_id }
}

function changeAfterFailure(webhook: WebhookRow, reason: string, { now, pause }: Times): Change {
  const failures = webhook.failures + 1
  const failing_since = webhook.failing_since ?? now
  const end = timeAfter(momentOf(failing_since), MAX_FAILING_MS)
  const failing = { failures, failing_since, reason }
  if (now >= end) return { ...failing, active: 0, disabled: now, due: null }
  const next = timeAfter(momentOf(now), pause(failures))
  return { ...failing, due: next < end ? next : end }
}
