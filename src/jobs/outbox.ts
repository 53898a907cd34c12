import { deleteOldMail } from '../domain/outbox/updates.js'
import { deliverMail } from '../outbox/deliver.js'
import { openTransport } from '../outbox/transports/open.js'
import { DAY_MS, timeBefore } from '../util/time.js'
import type { Job } from './job.js'

/** How long administrators can see mail that was sent or given up, in milliseconds. */
const RETENTION_MS = 30 * DAY_MS

/** Sends the mail that is due. */
export const outbox: Job = {
  name: 'outbox',
  every: 5,
  async run(context, signal) {
    const { config, log } = context
    const { sent, delayed, failed } = await deliverMail(context, openTransport(config.mail), signal)
    for (const { id, recipient, reason } of failed)
      log.error({ mail: id, recipient, reason }, 'mail could not be delivered')
    if (sent + delayed + failed.length === 0) return undefined
    return `${sent} mails sent, ${delayed} delayed, ${failed.length} failed`
  },
}

/** Deletes finished mail after the retention time. */
export const oldMail: Job = {
  name: 'old mail',
  every: 3600,
  async run({ db, now }) {
    const count = await deleteOldMail(db, timeBefore(now(), RETENTION_MS))
    return count > 0 ? `${count} old mails forgotten` : undefined
  },
}
