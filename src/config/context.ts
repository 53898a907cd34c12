import type { AuthState } from '../auth/auth-state.js'
import type { Database } from '../db/schema.js'
import type { StatisticsCache } from '../domain/projects/statistics.js'
import type { EventFeeds } from '../domain/series-events/feeds.js'
import type { WebhookMemory } from '../domain/webhooks/deliverer-state.js'
import type { WebhookSender } from '../outbox/webhooks/sender.js'
import type { RangeDiffRunner } from '../range-diff/runner.js'
import type { Log } from '../util/log.js'
import type { Config } from './config.js'

/**
 * The state of the server: created and closed once, by the program that starts it. It holds all in-memory state that
 * outlives a request.
 */
export interface Context {
  readonly config: Config
  readonly db: Database
  readonly log: Log
  /** What logging in keeps in memory. */
  readonly auth: AuthState
  /** Figures of projects that take long to count. */
  readonly statistics: StatisticsCache
  /** The thread that compares series. */
  readonly rangeDiffs: RangeDiffRunner
  /** What delivering to webhooks keeps in memory. */
  readonly webhooks: WebhookMemory
  /** The thread that sends to them. */
  readonly webhookSender: WebhookSender
  /** What reads new events for those who follow them. */
  readonly eventFeeds: EventFeeds
  /** The clock, so that tests can set it. */
  readonly now: () => Date
}
