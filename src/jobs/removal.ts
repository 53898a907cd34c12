import { deleteBatch, listRemoved } from '../domain/projects/removal.js'
import type { Job } from './job.js'

/** Deletes what projects on their way out still have. */
export const removal: Job = {
  name: 'removal',
  every: 60,
  async run({ db }, signal) {
    const projects = await listRemoved(db)
    for (const { id } of projects) {
      while (await deleteBatch(db, id)) if (signal.aborted) return 'stopped while a project was being removed'
    }
    return projects.length > 0
      ? `removed ${projects.map(({ link_name }) => link_name).join(', ')}`
      : undefined
  },
}
