import { deleteExpiredSessions } from '../domain/users/sessions.js'
import { toTime } from '../util/time.js'
import type { Job } from './job.js'

/** Forgets who was logged in too long ago. */
export const sessions: Job = {
  name: 'sessions',
  every: 3600,
  async run({ db, now }) {
    const count = await deleteExpiredSessions(db, toTime(now()))
    return count > 0 ? `${count} sessions ran out` : undefined
  },
}
