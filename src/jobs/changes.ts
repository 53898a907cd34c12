import { deleteBatchesBefore } from '../domain/changes/updates.js'
import { timeBefore } from '../util/time.js'
import type { Job } from './job.js'

const DAY_MS = 86_400_000

/** Deletes records of changes after the retention time; the patches stay as they are. */
export const changeRetention: Job = {
  name: 'change retention',
  every: 3600,
  async run({ db, now, config }, signal) {
    const { changeRetention: days } = config
    if (days === Infinity) return undefined
    const before = timeBefore(now(), days * DAY_MS)
    const count = await deleteBatchesBefore(db, before, signal)
    return count > 0 ? `${count} changes were kept long enough` : undefined
  },
}
