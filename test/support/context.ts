import { readConfig } from '../../src/config/config.js'
import type { Context } from '../../src/config/context.js'
import { StatisticsCache } from '../../src/domain/projects/statistics.js'
import { makeEventFeeds } from '../../src/domain/series-events/feeds.js'
import { WebhookMemory } from '../../src/domain/webhooks/deliverer-state.js'
import { WebhookSender } from '../../src/outbox/webhooks/sender.js'
import { RangeDiffRunner } from '../../src/range-diff/runner.js'
import { makeLog } from '../../src/util/log.js'
import type { Fixture } from './database.js'
import { cheapAuth } from './passwords.js'

interface Options {
  /** Variables of the environment, besides the database's address. */
  environment?: Record<string, string>
  now?: () => Date
  /** Parts to be used instead of fresh ones. */
  parts?: Partial<Context>
}

/** A server context on the database of a test; it logs nothing. */
export function contextOn({ db, url }: Fixture, options: Options = {}): Context {
  const { environment = {}, now = () => new Date(), parts = {} } = options
  const { PATCHWORK_ANSWER_CACHE } = process.env
  const config = readConfig({
    PATCHWORK_LOG_LEVEL: 'silent',
    // A suite can be run without the memory of answers.
    ...(PATCHWORK_ANSWER_CACHE === undefined ? {} : { PATCHWORK_ANSWER_CACHE }),
    ...environment,
    PATCHWORK_DATABASE_URL: url,
  })
  // A test never fails because the machine is busy: figures are as new as what was written, and comparisons have time.
  const statistics = new StatisticsCache(db, 0)
  const rangeDiffs = new RangeDiffRunner({ timeout: 600_000 })
  const log = makeLog(config)
  return {
    auth: cheapAuth(config),
    statistics,
    rangeDiffs,
    webhooks: new WebhookMemory(),
    webhookSender: new WebhookSender({ networks: config.webhookNetworks }),
    eventFeeds: makeEventFeeds(db, log),
    ...parts,
    config,
    db,
    log,
    now,
  }
}
