import { AuthState } from '../auth/auth-state.js'
import type { Config } from '../config/config.js'
import type { Context } from '../config/context.js'
import type { Database } from '../db/schema.js'
import { StatisticsCache } from '../domain/projects/statistics.js'
import { makeEventFeeds } from '../domain/series-events/feeds.js'
import { WebhookMemory } from '../domain/webhooks/deliverer-state.js'
import { WebhookSender } from '../outbox/webhooks/sender.js'
import { RangeDiffRunner } from '../range-diff/runner.js'
import { makeLog } from '../util/log.js'

interface ContextParts extends Partial<Context> {
  readonly config: Config
  readonly db: Database
}

/** Makes the context of a server on a database; `parts` replace the default ones. */
export function makeContext(parts: ContextParts): Context {
  const log = parts.log ?? makeLog(parts.config)
  return {
    log,
    now: () => new Date(),
    auth: new AuthState(parts.config),
    statistics: new StatisticsCache(parts.db),
    rangeDiffs: new RangeDiffRunner(),
    webhooks: new WebhookMemory(),
    webhookSender: new WebhookSender({ networks: parts.config.webhookNetworks }),
    eventFeeds: makeEventFeeds(parts.db, log),
    ...parts,
  }
}

/** Ends background work of a context; its database is closed by its opener. */
export async function closeContext({ auth, rangeDiffs, webhookSender }: Context): Promise<void> {
  await auth.close()
  await rangeDiffs.close()
  await webhookSender.close()
}
