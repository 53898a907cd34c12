import { deleteExpiredTokens, recordUses } from '../domain/tokens/updates.js'
import { warnOfExpiry } from '../outbox/token-expiry.js'
import { toTime } from '../util/time.js'
import type { Job } from './job.js'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** A use is noted unless one was noted within this time: each note makes the server read again what it remembers. */
const USE_PRECISION_MS = 10 * MINUTE_MS

/** For so long a program that still uses an expired token is told when it expired. */
const RETENTION_MS = 90 * DAY_MS

/** Notes when tokens were used, warns of those that expire soon, and deletes those that expired long ago. */
export const tokens: Job = {
  name: 'tokens',
  every: 60,
  async run(context) {
    const { db, auth, now } = context
    const time = now()
    const before = (milliseconds: number) => toTime(new Date(time.getTime() - milliseconds))
    const used = [...auth.tokenUses]
    auth.tokenUses.clear()
    await recordUses(db, used, toTime(time), before(USE_PRECISION_MS))
    const deleted = await deleteExpiredTokens(db, before(RETENTION_MS))
    const warned = await warnOfExpiry(context)
    const done = [
      ...(warned > 0 ? [`${warned} owners were warned of tokens that expire`] : []),
      ...(deleted > 0 ? [`${deleted} expired tokens were deleted`] : []),
    ]
    return done.length > 0 ? done.join('; ') : undefined
  },
}
