import { canSetUpProject } from '../../auth/permissions.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { type Actor, requirePermission } from '../actor.js'
import { recordChange } from '../audit/updates.js'
import type { Project } from '../projects/queries.js'
import { insertTask, type RecomputeKind, type RecomputeTask, updateTask } from './tasks.js'

/** Work on all patches of a project: noted in the audit trail when it is asked for, and when it is done. */

type Named = Pick<Project, 'id' | 'link_name'>

/** Has work done in the background; says whether it is not under way already. */
export async function startRecompute(
  database: Database,
  actor: Actor,
  project: Named,
  kind: RecomputeKind,
): Promise<boolean> {
  const { id: projectId, link_name: name } = project
  return await transaction(database, async (db) => {
    await requirePermission(db, actor, 'admin', (viewer) => canSetUpProject(viewer, project))
    const { id: actor_id, name: by, time: started } = actor
    const isNew = await insertTask(db, { kind, project_id: projectId, actor: by, actor_id, started })
    return isNew && (await recordChange(db, actor, { action: kind, kind: 'project', name, projectId }))
  })
}

/** Records that a recompute task is done, in the name of the user who started it. */
export async function finishRecompute(
  db: Database,
  { id, kind, actor: name, actor_id, done, changed }: RecomputeTask,
  project: Named,
  now: string,
): Promise<void> {
  await updateTask(db, id, { finished: now })
  const actor: Actor = { id: actor_id, name, way: 'background', time: now }
  const what = { kind: 'project', name: project.link_name, projectId: project.id } as const
  await recordChange(db, actor, { ...what, action: kind, after: { patches: done, changed } })
}

/** Notes that a command computed all patches or some again, or read the journal again. */
export async function recordRecompute(
  db: Database,
  actor: Actor,
  kind: RecomputeKind | 'reparse',
  which: string,
  after: { patches: number; changed: number },
): Promise<void> {
  await recordChange(db, actor, { action: kind, kind: 'patches', name: which, after })
}
