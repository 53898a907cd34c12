import type { Context } from '../config/context.js'
import { deleteAwaitedBefore } from '../domain/comments/early-replies.js'
import { deleteMailsBefore, type MailOutcome } from '../domain/mails/journal.js'
import { processPending } from '../receive/journal/recovery.js'
import type { Job } from './job.js'
import { retentionStart } from './retention.js'

/** A mail that is pending for less time, in milliseconds, is usually being processed. */
const RECOVERY_DELAY_MS = 60_000

/** Processes journalled mail whose processing was interrupted. */
export const pendingMail: Job = {
  name: 'pending mail',
  every: 30,
  async run({ db, now }, signal) {
    const count = await processPending(db, new Date(now().getTime() - RECOVERY_DELAY_MS), now, signal)
    return count > 0 ? `${count} mails that were left unfinished` : undefined
  },
}

/** Deletes mail from the journal after the retention time. Pending mail is kept regardless of its age. */
export const mailRetention: Job = {
  name: 'mail retention',
  every: 3600,
  async run(context) {
    const { mailRetention: days, failedMailRetention: failedDays } = context.config
    const done: MailOutcome[] = ['patch', 'cover', 'comment', 'ignored', 'duplicate']
    const count = (await forget(context, days, done)) + (await forget(context, failedDays, ['failed']))
    return count > 0 ? `${count} mails of the journal were kept long enough` : undefined
  },
}

/** Forgets what replies answer that came too long ago for it to come after them. */
export const earlyReplies: Job = {
  name: 'early replies',
  every: 3600,
  async run(context) {
    const before = retentionStart(context, context.config.earlyReplies)
    if (before !== undefined) await deleteAwaitedBefore(context.db, before)
    return undefined
  },
}

async function forget(context: Context, days: number, outcomes: readonly MailOutcome[]): Promise<number> {
  const before = retentionStart(context, days)
  return before === undefined ? 0 : await deleteMailsBefore(context.db, before, outcomes)
}
