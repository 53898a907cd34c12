import { notifyOfFailures } from '../outbox/failures.js'
import type { Job } from './job.js'

/** Tells administrators what went wrong. */
export const failures: Job = {
  name: 'failures',
  every: 60,
  async run(context) {
    const count = await notifyOfFailures(context)
    return count > 0 ? `administrators are told of ${count} failures` : undefined
  },
}
