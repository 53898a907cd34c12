import { notifyOfChanges } from '../outbox/changes.js'
import type { Job } from './job.js'

/** Notifies submitters of changes to their patches. */
export const notifications: Job = {
  name: 'notifications',
  every: 60,
  async run(context, signal) {
    const count = await notifyOfChanges(context, signal)
    return count > 0 ? `${count} submitters are told of changes` : undefined
  },
}
