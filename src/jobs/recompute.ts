import type { Context } from '../config/context.js'
import { transaction } from '../db/transaction.js'
import { readProject } from '../domain/projects/queries.js'
import { finishRecompute } from '../domain/recompute/commands.js'
import { listPatchBatch } from '../domain/recompute/queries.js'
import { findTask, listUnfinished, updateTask } from '../domain/recompute/tasks.js'
import { rehashBatch, retagBatch } from '../ingest/recompute.js'
import { toTime } from '../util/time.js'
import type { Job } from './job.js'

const RECOMPUTE_BATCH = { retag: retagBatch, rehash: rehashBatch } as const

/** Does what maintainers had done to all patches of a project, a few at a time. */
export const rework: Job = {
  name: 'rework',
  every: 5,
  async run(context, signal) {
    const tasks = await listUnfinished(context.db)
    for (const { id } of tasks) {
      while (await workOn(context, id)) if (signal.aborted) return 'stopped while patches were worked on'
    }
    return tasks.length > 0 ? `${tasks.length} projects were worked on` : undefined
  },
}

/** Works on some patches, in one transaction; several servers take turns. Says whether there is more. */
async function workOn({ db: database, now }: Context, id: number): Promise<boolean> {
  return await transaction(database, async (db) => {
    const task = await findTask(db, id)
    if (!task || task.finished !== null) return false
    const { kind, position, done, changed, project_id } = task
    const patches = await listPatchBatch(db, position, { project: project_id })
    const last = patches.at(-1)
    if (last) {
      const different = await RECOMPUTE_BATCH[kind](db, patches)
      await updateTask(db, id, {
        position: last.id,
        done: done + patches.length,
        changed: changed + different,
      })
      return true
    }
    const project = await readProject(db, project_id)
    if (project) await finishRecompute(db, task, project, toTime(now()))
    else await updateTask(db, id, { finished: toTime(now()) })
    return false
  })
}
