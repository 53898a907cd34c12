import type { Context } from '../../config/context.js'
import { lazyTransaction } from '../../db/transaction.js'
import type { Outcome } from '../../domain/webhooks/outcome.js'
import type { WebhookRow } from '../../domain/webhooks/queries.js'
import type { Claim } from '../../domain/webhooks/queue.js'
import { advancePosition, listDueWebhooks, type Work, WorkFinder } from '../../domain/webhooks/work.js'
import { pause } from '../../util/sleep.js'
import { toTime } from '../../util/time.js'
import { INTERRUPTED, type OutgoingMessage } from './delivery.js'
import { MessageMaker } from './message.js'
import { Steps } from './steps.js'

/**
 * Delivery of events to webhooks, several at once, each webhook's in order:
 *
 * - A webhook is leased before something is sent to it. Another server takes it over only when the lease has ended, by
 *   which time its sender has given up or is dead.
 * - An outcome is recorded by the owner of the lease. A process that dies between an answer and its record leaves an event
 *   that is sent again, with the same `webhook-id`; after the record it is not.
 * - None of this waits for the disk: after a crash of the machine, events are sent again as after that of a process.
 * - A slow receiver takes one of few places, so that it does not hold up the others.
 * - What deliveries do with the database is done for several at once, and requests to this server are answered before it.
 */

/** An attempt takes no longer than this, in milliseconds, from the lookup of the host to the end of the answer. */
const SEND_TIMEOUT_MS = 10_000

/** Deliveries at once, and those of them to receivers that are slow or fail. */
const MAX_AT_ONCE = 20
const MAX_SLOW_AT_ONCE = 10

/** An attempt that takes longer marks a receiver as slow. */
const SLOW_MS = 2000

/** Deliveries in turn to one webhook, before others get its place. */
const MAX_IN_TURN = 20

/** Nothing new is begun after this time: `patchwork cron` comes to an end. */
const RUN_MS = 60_000

/** While something is sent, the next look for due webhooks is after this time at the latest. */
const LOOK_MS = 1000

/** Number of ids by which a position may move before it is stored. */
const MAX_UNRECORDED = 5000

export interface Delivered {
  delivered: number
  failed: number
  /** Webhooks that were switched off. */
  disabled: number
}

/** Sends a message; ends soon after the signal aborts. */
export type Send = (message: OutgoingMessage, stopping: AbortSignal) => Promise<Outcome>

/** One run: sends all that is due, until nothing is, its time is up, or `signal` aborts. */
export async function deliverToWebhooks(
  context: Context,
  signal: AbortSignal,
  send: Send = (message, stopping) => context.webhookSender.send(message, SEND_TIMEOUT_MS, stopping),
): Promise<Delivered> {
  return await new Run(context, signal, send).finish()
}

class Run {
  readonly #context: Context
  readonly #signal: AbortSignal
  readonly #send: Send
  readonly #messages: MessageMaker
  readonly #done: Delivered = { delivered: 0, failed: 0, disabled: 0 }
  /** What is being sent, by the id of its webhook. */
  readonly #turns = new Map<number, { isSlow: boolean; end: Promise<void> }>()
  /** Webhooks that had a turn, the latest last. */
  readonly #served = new Set<number>()
  readonly #steps: Steps
  #error: unknown

  constructor(context: Context, signal: AbortSignal, send: Send) {
    this.#context = context
    this.#signal = signal
    this.#send = send
    this.#messages = new MessageMaker(context)
    this.#steps = new Steps(context, signal)
  }

  async finish(): Promise<Delivered> {
    const end = performance.now() + RUN_MS
    const isOpen = () => !this.#signal.aborted && this.#error === undefined && performance.now() < end
    while (isOpen()) {
      await this.#startTurns()
      if (this.#turns.size === 0) break
      await Promise.race([pause(LOOK_MS, this.#signal), ...this.#ends()])
    }
    await Promise.all(this.#ends())
    if (this.#error !== undefined) throw this.#error
    return this.#done
  }

  #ends(): Promise<void>[] {
    return [...this.#turns.values()].map(({ end }) => end)
  }

  /** Starts as many turns as there are places; those who waited longest first. */
  async #startTurns(): Promise<void> {
    const { db, now, webhooks: memory } = this.#context
    const time = toTime(now())
    const due = await listDueWebhooks(db, time)
    if (due.length === 0) return
    const finder = await WorkFinder.open(db, memory, time)
    const order = [...this.#served]
    const waiting = due
      .filter((webhook) => !this.#turns.has(webhook.id) && !finder.hasNothing(webhook))
      .toSorted((one, other) => order.indexOf(one.id) - order.indexOf(other.id))
    for (const webhook of waiting) {
      const isSlow = memory.isSlow(webhook)
      if (this.#signal.aborted || this.#turns.size >= MAX_AT_ONCE) break
      if (isSlow && this.#slowTurns() >= MAX_SLOW_AT_ONCE) continue
      const work = await this.#steps.read(async () => await this.#search(webhook, finder))
      if (work) this.#start(webhook, isSlow)
    }
  }

  #slowTurns(): number {
    return [...this.#turns.values()].filter(({ isSlow }) => isSlow).length
  }

  /** What a webhook is sent next. Where it has long had nothing, that is stored, or it would be looked up after each start. */
  async #search(webhook: WebhookRow, finder: WorkFinder): Promise<Work | undefined> {
    const { db, webhooks: memory } = this.#context
    const work = await finder.find(webhook)
    const position = work ? undefined : memory.positionOf(webhook)
    if (position && position.event - webhook.last_event > MAX_UNRECORDED)
      await lazyTransaction(db, async (db) => await advancePosition(db, webhook, position))
    return work
  }

  #start(webhook: WebhookRow, isSlow: boolean): void {
    const { id } = webhook
    const end = this.#take(webhook)
      .catch((error: unknown) => {
        this.#error ??= error
      })
      .finally(() => {
        this.#turns.delete(id)
        this.#served.delete(id)
        this.#served.add(id)
      })
    this.#turns.set(id, { isSlow, end })
  }

  /** One turn: events of one webhook, until one fails or others are to have the place. */
  async #take({ id }: WebhookRow): Promise<void> {
    let claim = await this.#steps.claim(id)
    for (let count = 1; claim; count++) {
      const outcome = await this.#attempt(claim)
      claim = await this.#record(claim, outcome, count < MAX_IN_TURN)
    }
  }

  async #attempt(claim: Claim): Promise<Outcome> {
    const message = await this.#steps.read(async () => await this.#messages.make(claim))
    if ('result' in message) return message
    return this.#signal.aborted ? INTERRUPTED : await this.#send(message, this.#signal)
  }

  /** Records an outcome and, after a success, claims the next delivery. */
  async #record(claim: Claim, outcome: Outcome, hasMore: boolean): Promise<Claim | undefined> {
    const { webhooks: memory, log } = this.#context
    const { webhook } = claim
    const isDelivered = outcome.result === 'delivered'
    const { recorded, next } = await this.#steps.record({ claim, outcome }, isDelivered && hasMore)
    if ('duration' in outcome) memory.noteSpeed(webhook, outcome.duration > SLOW_MS)
    this.#count(isDelivered ? 'delivered' : 'failed')
    if (recorded?.disabled !== undefined) {
      this.#count('disabled')
      log.warn({ webhook: webhook.id, reason: recorded.disabled }, 'webhook was deactivated')
    }
    return next
  }

  #count(what: keyof Delivered): void {
    this.#done[what]++
    this.#context.webhooks.counts[what]++
  }
}
