import { syncInbox } from '../intake/inbox.js'
import type { Job } from './job.js'

/** Takes what is new in the public-inbox archives that the configuration names. */
export const inboxes: Job = {
  name: 'inboxes',
  every: 300,
  async run(context, signal) {
    let mails = 0
    for (const source of context.config.inboxes)
      if (!signal.aborted) mails += (await syncInbox(context, source)).mails
    return mails > 0 ? `${mails} mails` : undefined
  },
}
