import type { Selectable } from 'kysely'
import type { Database, Time } from '../../db/schema.js'
import type { RecomputeTaskTable } from '../../db/upkeep-tables.js'

/** Work on all patches of a project that goes on in the background, and how far it has come. */

export type RecomputeTask = Selectable<RecomputeTaskTable>

export type RecomputeKind = RecomputeTaskTable['kind']

type NewTask = Pick<RecomputeTask, 'kind' | 'project_id' | 'actor' | 'actor_id' | 'started'>

/** Puts work in the queue; says whether it was not there yet. To be called in a transaction. */
export async function insertTask(db: Database, task: NewTask): Promise<boolean> {
  const waiting = await listUnfinished(db)
  if (waiting.some(({ kind, project_id }) => kind === task.kind && project_id === task.project_id))
    return false
  const { count } = await db
    .selectFrom('patches')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('project_id', '=', task.project_id)
    .executeTakeFirstOrThrow()
  await db
    .insertInto('reworks')
    .values({ ...task, total: count })
    .execute()
  return true
}

/**
 * Queues the computation of hashes and trailers for imported patches; for mail, ingest computes them.
 * `actor` is the name that pages show. Projects without new patches need none.
 */
export async function queueMissing(db: Database, actor: string, started: Time): Promise<void> {
  const rows = await db
    .selectFrom('patches')
    .select('project_id')
    .distinct()
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('patch_hashes')
            .select('patch_hashes.patch_id')
            .whereRef('patch_hashes.patch_id', '=', 'patches.id'),
        ),
      ),
    )
    .orderBy('project_id')
    .execute()
  for (const { project_id } of rows)
    for (const kind of ['rehash', 'retag'] as const)
      await insertTask(db, { kind, project_id, actor, actor_id: null, started })
}

/** What is not done yet, in the order in which it was asked for. */
export async function listUnfinished(db: Database): Promise<RecomputeTask[]> {
  return await db.selectFrom('reworks').selectAll().where('finished', 'is', null).orderBy('id').execute()
}

/** One piece of work, as it is now. */
export async function findTask(db: Database, id: number): Promise<RecomputeTask | undefined> {
  return await db.selectFrom('reworks').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The newest work of a project of each kind. */
export async function listNewestTasks(db: Database, project: number): Promise<RecomputeTask[]> {
  const tasks: RecomputeTask[] = []
  for (const kind of ['retag', 'rehash'] as const) {
    const task = await db
      .selectFrom('reworks')
      .selectAll()
      .where('project_id', '=', project)
      .where('kind', '=', kind)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (task) tasks.push(task)
  }
  return tasks
}

/** Notes how far work has come; `finished` once there is nothing left of it. */
export async function updateTask(
  db: Database,
  id: number,
  progress: Partial<Pick<RecomputeTask, 'position' | 'done' | 'changed' | 'finished'>>,
): Promise<void> {
  await db.updateTable('reworks').set(progress).where('id', '=', id).execute()
}

/** Forgets the work of a project, in the transaction that deletes it. */
export async function deleteTasksOf(db: Database, project: number): Promise<void> {
  await db.deleteFrom('reworks').where('project_id', '=', project).execute()
}
