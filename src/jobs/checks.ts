import { deleteReplacedChecks } from '../domain/checks/retention.js'
import { timeBefore } from '../util/time.js'
import type { Job } from './job.js'

const DAY_MS = 86_400_000

/** Deletes checks that newer ones replaced, after the retention time; what checks come to stays as it is. */
export const checkRetention: Job = {
  name: 'check retention',
  every: 3600,
  async run({ db, now, config }, signal) {
    const { checkRetention: days } = config
    if (days === Infinity) return undefined
    const count = await deleteReplacedChecks(db, timeBefore(now(), days * DAY_MS), signal)
    return count > 0 ? `${count} replaced checks were kept long enough` : undefined
  },
}
