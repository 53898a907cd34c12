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

function before(time: Date, milliseconds: number): string {
  return toTime(new Date(time.getTime() - milliseconds))
}

/** Notes which tokens were used; of each server, because each knows its own uses. */
export const tokenUses: Job = {
  name: 'token-uses',
  every: 60,
  async run({ db, auth, now }) {
    const used = [...auth.tokenUses]
    auth.tokenUses.clear()
    if (used.length > 0) await recordUses(db, used, toTime(now()), before(now(), USE_PRECISION_MS))
    return undefined
  },
}

/** Warns of tokens that expire soon, and deletes those that expired long ago. */
export const tokens: Job = {
  name: 'tokens',
  every: 600,
  async run(context) {
    const deleted = await deleteExpiredTokens(context.db, before(context.now(), RETENTION_MS))
    const warned = await warnOfExpiry(context)
    const done = [
      ...(warned > 0 ? [`${warned} owners were warned of tokens that expire`] : []),
      ...(deleted > 0 ? [`${deleted} expired tokens were deleted`] : []),
    ]
    return done.length > 0 ? done.join('; ') : undefined
  },
}
