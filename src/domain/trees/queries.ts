import type { Selectable } from 'kysely'
import type { TreeTable } from '../../db/automation-tables.js'
import type { Database, Time } from '../../db/schema.js'

/** The trees of projects. */

export type Tree = Selectable<TreeTable>

/** The trees of a project, in the order in which they were added: commits reach them in that order. */
export async function listTrees(db: Database, projectId: number): Promise<Tree[]> {
  return await db.selectFrom('trees').selectAll().where('project_id', '=', projectId).orderBy('id').execute()
}

/** The tree of a project with an id. */
export async function findTree(db: Database, projectId: number, id: number): Promise<Tree | undefined> {
  return await db
    .selectFrom('trees')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** The trees that are to be fetched, the longest waiting first. */
export async function listDueTrees(db: Database, now: Time, limit: number): Promise<Tree[]> {
  return await db
    .selectFrom('trees')
    .innerJoin('projects', 'projects.id', 'trees.project_id')
    .selectAll('trees')
    .where('projects.removed', 'is', null)
    .where('projects.auto_accepted', '!=', 'off')
    .where((eb) => eb.or([eb('due', 'is', null), eb('due', '<=', now)]))
    .orderBy('due')
    .orderBy('trees.id')
    .limit(limit)
    .execute()
}

/** The date of the earliest patch of a project: no commit before it can be one of its patches. */
export async function findFirstDate(db: Database, projectId: number): Promise<Time | undefined> {
  const row = await db
    .selectFrom('patches')
    .select('date')
    .where('project_id', '=', projectId)
    .orderBy('date')
    .limit(1)
    .executeTakeFirst()
  return row?.date
}

/** The id of the newest patch of a project; 0 if it has none. */
export async function findLastPatch(db: Database, projectId: number): Promise<number> {
  const row = await db
    .selectFrom('patches')
    .select('id')
    .where('project_id', '=', projectId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.id ?? 0
}
