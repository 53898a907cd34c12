import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { NotFound } from '../../errors.js'
import { type Actor, recordChange } from '../audit.js'
import { insertProject, type NewProject, type ProjectChange, readProject, updateProject } from '../project.js'
import { markRemoved } from '../removal.js'

/** Projects as people change them: each change with its line in the audit trail, in one transaction. */

/** Adds a project; gives its number. Throws what the database throws if another has its name or its list. */
export async function addProject(database: Database, actor: Actor, project: NewProject): Promise<number> {
  return await transaction(database, async (db) => {
    const projectId = await insertProject(db, project)
    const { link_name: name, ...after } = project
    await recordChange(db, actor, { action: 'add', kind: 'project', name, projectId, after: fieldsOf(after) })
    return projectId
  })
}

/** Changes what is said of a project. Throws NotFound, and what the database throws if another is in the way. */
export async function changeProject(
  database: Database,
  actor: Actor,
  id: number,
  change: ProjectChange,
): Promise<void> {
  await transaction(database, async (db) => {
    const project = await readProject(db, id)
    if (!project) throw new NotFound()
    await updateProject(db, id, change)
    const names = Object.keys(change) as (keyof ProjectChange)[]
    const before = Object.fromEntries(names.map((name) => [name, project[name]]))
    const what = { kind: 'project', name: project.link_name, projectId: id } as const
    await recordChange(db, actor, { ...what, action: 'change', before, after: change })
  })
}

/** Has a project removed: it takes no mail any more, and what it has goes in the background. Throws NotFound. */
export async function removeProject(database: Database, actor: Actor, id: number): Promise<void> {
  await transaction(database, async (db) => {
    const project = await readProject(db, id)
    if (!project) throw new NotFound()
    await markRemoved(db, id, actor.time)
    const what = { kind: 'project', name: project.link_name, projectId: id } as const
    await recordChange(db, actor, { ...what, action: 'remove' })
  })
}

/** What was never a part of a new project is no part of its story either. */
function fieldsOf(project: Omit<NewProject, 'link_name'>) {
  const { id: _, removed: __, ...fields } = project
  return fields
}
