import { backgroundActor } from '../domain/actor.js'
import { archiveClosed } from '../domain/automation/archived.js'
import { modeOf } from '../domain/automation/rules.js'
import { listProjects } from '../domain/projects/queries.js'
import { DAY_MS, timeBefore, toTime } from '../util/time.js'
import type { Job } from './job.js'

/** Archives closed series that nobody changed for as long as their project says, or suggests it. */
export const archived: Job = {
  name: 'archived',
  every: 3600,
  async run({ db, now }, signal) {
    const actor = backgroundActor(toTime(now()))
    let [patches, suggested] = [0, 0]
    for (const project of await listProjects(db)) {
      if (signal.aborted) break
      if (project.removed !== null || modeOf(project, 'archived') === 'off') continue
      const before = timeBefore(now(), project.archive_days * DAY_MS)
      const done = await archiveClosed(db, project, { before, actor, signal })
      patches += done.patches
      suggested += done.suggested
    }
    return patches + suggested > 0 ? `${patches} patches archived, ${suggested} series suggested` : undefined
  },
}
