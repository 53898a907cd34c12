import type { Context } from '../config/context.js'
import { clearFailure, noteFailure } from '../domain/failures/updates.js'
import { pause } from '../util/sleep.js'
import { toTime } from '../util/time.js'
import { archived } from './archived.js'
import { changeRetention } from './changes.js'
import { checkRetention } from './checks.js'
import { confirmations } from './confirmations.js'
import { failures } from './failures.js'
import { inboxes } from './inboxes.js'
import type { Job } from './job.js'
import { earlyReplies, mailRetention, pendingMail } from './mail.js'
import { notifications } from './notifications.js'
import { oldMail, outbox } from './outbox.js'
import { rework } from './recompute.js'
import { removal } from './removal.js'
import { reviews } from './reviews.js'
import { sessions } from './sessions.js'
import { tokens, tokenUses } from './tokens.js'
import { trees } from './trees.js'
import { oldDeliveries, webhooks } from './webhooks.js'

/** All that a server does by itself, in the order in which `patchwork cron` does it. */
export const JOBS: readonly Job[] = [
  confirmations,
  sessions,
  tokenUses,
  tokens,
  notifications,
  oldMail,
  removal,
  rework,
  pendingMail,
  mailRetention,
  earlyReplies,
  changeRetention,
  checkRetention,
  inboxes,
  oldDeliveries,
  webhooks,
  trees,
  reviews,
  archived,
  // These run last: to record failures of the other jobs, and to send their mail immediately.
  failures,
  outbox,
]

/** What a server does even where `patchwork cron` does all else. */
export const SERVER_JOBS: readonly Job[] = [tokenUses]

/** Runs each job that is due, once; a failing job is logged and does not affect the others. Returns whether all succeeded. */
export async function runJobs(context: Context, jobs: readonly Job[] = JOBS): Promise<boolean> {
  const never = new AbortController().signal
  let ok = true
  for (const job of jobs) ok = (await runJob(context, job, never)) && ok
  return ok
}

async function runJob(context: Context, job: Job, signal: AbortSignal): Promise<boolean> {
  const { name } = job
  try {
    const done = await job.run(context, signal)
    if (done !== undefined) context.log.info({ job: name }, done)
    await clearFailure(context.db, 'job', name)
    return true
  } catch (error) {
    context.log.error({ job: name, err: error }, 'job failed')
    await note(context, name, error as Error)
    return false
  }
}

/** Records a failing job for the administrators' letter; where that fails as well, likely for the same reason, it is logged. */
async function note({ db, now, log }: Context, name: string, { message: reason }: Error): Promise<void> {
  try {
    await noteFailure(db, { kind: 'job', name, reason }, toTime(now()))
  } catch (error) {
    log.error({ job: name, err: error }, 'failure could not be recorded')
  }
}

/** Does the jobs by themselves from now on. Gives what stops them, and waits for those that are at work. */
export function startJobs(context: Context, jobs: readonly Job[] = JOBS): () => Promise<void> {
  const stopping = new AbortController()
  const loops = jobs.map((job) => repeat(context, job, stopping.signal))
  return async () => {
    stopping.abort()
    await Promise.all(loops)
  }
}

async function repeat(context: Context, job: Job, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await runJob(context, job, signal)
    await pause(job.every * 1000, signal)
  }
}
