import { deleteExpiredTokens, recordUses } from '../domain/tokens/updates.js'
import { warnOfExpiry } from '../outbox/token-expiry.js'
import { DAY_MS, timeBefore, toTime } from '../util/time.js'
import type { Job } from './job.js'

const MINUTE_MS = 60_000

/** A use is noted unless one was noted within this time: each note makes the server read again what it remembers. */
const USE_PRECISION_MS = 10 * MINUTE_MS

/** How long expired tokens are kept: until then a program that still uses one gets the date on which it expired. */
const RETENTION_MS = 90 * DAY_MS

/** Notes which tokens were used; of each server, because each knows its own uses. */
export const tokenUses: Job = {
  name: 'token-uses',
  every: 60,
  async run({ db, auth, now }) {
    const used = [...auth.tokenUses]
    auth.tokenUses.clear()
    if (used.length > 0) await recordUses(db, used, toTime(now()), timeBefore(now(), USE_PRECISION_MS))
    return undefined
  },
}

/** Warns of tokens that expire soon, and deletes those that expired long ago. */
export const tokens: Job = {
  name: 'tokens',
  every: 600,
  async run(context) {
    const deleted = await deleteExpiredTokens(context.db, timeBefore(context.now(), RETENTION_MS))
    const warned = await warnOfExpiry(context)
    const done = [
      ...(warned > 0 ? [`${warned} owners were warned of tokens that expire`] : []),
      ...(deleted > 0 ? [`${deleted} expired tokens were deleted`] : []),
    ]
    return done.length > 0 ? done.join('; ') : undefined
  },
}
