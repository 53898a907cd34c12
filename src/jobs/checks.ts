import { deleteReplacedChecks } from '../domain/checks/retention.js'
import type { Job } from './job.js'
import { retentionStart } from './retention.js'

/** Deletes checks that newer ones replaced, after the retention time; what checks come to stays as it is. */
export const checkRetention: Job = {
  name: 'check retention',
  every: 3600,
  async run(context, signal) {
    const before = retentionStart(context, context.config.checkRetention)
    const count = before === undefined ? 0 : await deleteReplacedChecks(context.db, before, signal)
    return count > 0 ? `${count} replaced checks were kept long enough` : undefined
  },
}
