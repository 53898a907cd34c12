import { deleteOldDeliveries } from '../domain/webhooks/retention.js'
import { DELIVERY_RETENTION_MS } from '../domain/webhooks/rules.js'
import { deliverToWebhooks } from '../outbox/webhooks/deliver.js'
import { timeBefore } from '../util/time.js'
import type { Job } from './job.js'

/** Sends events to webhooks. */
export const webhooks: Job = {
  name: 'webhooks',
  every: 1,
  async run(context, signal) {
    const { delivered, failed, disabled } = await deliverToWebhooks(context, signal)
    // Successes are counted by /metrics: a line for each second would hide all else.
    if (failed + disabled === 0) return undefined
    return `${delivered} events delivered to webhooks, ${failed} attempts failed, ${disabled} webhooks switched off`
  },
}

/** Deletes deliveries after the retention time, and those of removed webhooks. */
export const oldDeliveries: Job = {
  name: 'old deliveries',
  every: 3600,
  async run({ db, now }, signal) {
    const before = timeBefore(now(), DELIVERY_RETENTION_MS)
    let count = 0
    for (let deleted = 1; deleted > 0 && !signal.aborted; count += deleted)
      deleted = await deleteOldDeliveries(db, before)
    return count > 0 ? `${count} old deliveries of webhooks deleted` : undefined
  },
}
