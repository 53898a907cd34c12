import { deleteBatchesBefore } from '../domain/changes/updates.js'
import type { Job } from './job.js'
import { retentionStart } from './retention.js'

/** Deletes records of changes after the retention time; the patches stay as they are. */
export const changeRetention: Job = {
  name: 'change retention',
  every: 3600,
  async run(context, signal) {
    const before = retentionStart(context, context.config.changeRetention)
    const count = before === undefined ? 0 : await deleteBatchesBefore(context.db, before, signal)
    return count > 0 ? `${count} changes were kept long enough` : undefined
  },
}
