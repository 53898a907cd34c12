import { backgroundActor } from '../domain/actor.js'
import { continueReview, listReviews } from '../domain/automation/reviews.js'
import { toTime } from '../util/time.js'
import type { Job } from './job.js'

/** Has the rule for older versions look at the series that were there when it was turned on. */
export const reviews: Job = {
  name: 'reviews',
  every: 10,
  async run({ db, now }, signal) {
    const projects = await listReviews(db)
    for (const project of projects)
      while (await continueReview(db, project, backgroundActor(toTime(now()))))
        if (signal.aborted) return 'stopped while older versions were looked for'
    return projects.length > 0 ? `older versions were looked for in ${projects.length} projects` : undefined
  },
}
