import { syncInbox } from '../receive/public-inbox/sync.js'
import { Conflict } from '../util/errors.js'
import type { Job } from './job.js'

/** Fetches new mail from the configured public-inbox archives; a failing archive does not block the others. */
export const inboxes: Job = {
  name: 'inboxes',
  every: 300,
  async run(context, signal) {
    let mails = 0
    const away: string[] = []
    for (const source of context.config.inboxes) {
      if (signal.aborted) break
      try {
        mails += (await syncInbox(context, source, { signal })).mails
      } catch (error) {
        // It was aborted, or another process does it.
        if (signal.aborted || error instanceof Conflict) continue
        away.push(`${source}: ${(error as Error).message}`)
      }
    }
    if (away.length > 0) throw new Error(away.join('; '))
    return mails > 0 ? `${mails} mails` : undefined
  },
}
