import type { Selectable } from 'kysely'
import { remember } from '../../db/cached-table.js'
import { prepare } from '../../db/prepared.js'
import type { Database, ProjectTable } from '../../db/schema.js'
import { NotFound } from '../../util/errors.js'
import { parseId } from '../../util/text.js'

export type Project = Selectable<ProjectTable>

const all = prepare<object, Project>((db) => db.selectFrom('projects').selectAll().orderBy('id'))
export const cachedProjects = remember((db) => all(db, {}))

/** All projects by id: there are dozens, never thousands. */
export function listProjects(db: Database): Promise<readonly Project[]> {
  return cachedProjects.list(db)
}

/** All projects by id; includes those of `ids` unless they were deleted. */
export async function projectsWith(db: Database, ids: Iterable<number>): Promise<Map<number, Project>> {
  const wanted = [...ids]
  const rows = await cachedProjects.listWith(db, (known) => {
    const there = new Set(known.map(({ id }) => id))
    return wanted.every((id) => there.has(id))
  })
  return new Map(rows.map((project) => [project.id, project]))
}

/** The matching projects; empty only if the table has none now. */
export async function findProjects(db: Database, fits: (project: Project) => boolean): Promise<Project[]> {
  return (await cachedProjects.listWith(db, (rows) => rows.some(fits))).filter(fits)
}

/** The project with a link name, ignoring case. */
export async function findProject(db: Database, linkName: string): Promise<Project | undefined> {
  const wanted = linkName.toLowerCase()
  return await cachedProjects.find(db, (project) => project.link_name.toLowerCase() === wanted)
}

/** The project that a text of the API names: by number, or else by link name, whatever its case. */
export async function findNamedProject(db: Database, text: string): Promise<Project | undefined> {
  const number = parseId(text)
  const wanted = text.toLowerCase()
  const found = await findProjects(
    db,
    ({ id, link_name }) => id === number || link_name.toLowerCase() === wanted,
  )
  return found.find(({ id }) => id === number) ?? found[0]
}

/** The project of that link name, whatever its case. Throws NotFound if there is none. */
export async function getProject(db: Database, linkName: string): Promise<Project> {
  const project = await findProject(db, linkName)
  if (!project) throw new NotFound(`There is no project '${linkName}'.`)
  return project
}

/** Throws NotFound if no project has that list; without a list, never throws. */
export async function requireList(db: Database, listId: string | undefined): Promise<void> {
  if (listId === undefined) return
  const wanted = listId.toLowerCase()
  const known = await cachedProjects.find(db, ({ list_id }) => list_id.toLowerCase() === wanted)
  if (!known) throw new NotFound(`No project has the list '${listId}'.`)
}

/** The project with an id, if it exists. */
export async function findProjectById(db: Database, id: number): Promise<Project | undefined> {
  return await cachedProjects.find(db, (project) => project.id === id)
}

/** A project, read from the database: the cached one may be a second old. */
export async function readProject(db: Database, id: number): Promise<Project | undefined> {
  return await db.selectFrom('projects').selectAll().where('id', '=', id).executeTakeFirst()
}

export interface DelegationRule {
  project_id: number
  user_id: number
  path: string
  priority: number
}

const allRules = prepare<object, DelegationRule>((db) =>
  db
    .selectFrom('delegation_rules')
    .select(['project_id', 'user_id', 'path', 'priority'])
    .orderBy('priority', 'desc')
    .orderBy('path'),
)
export const cachedRules = remember((db) => allRules(db, {}))

/** A project's delegation rules, in order of precedence. */
export async function listDelegationRules(db: Database, projectId: number): Promise<DelegationRule[]> {
  return (await cachedRules.list(db)).filter(({ project_id }) => project_id === projectId)
}

/** The current rule of a pattern. */
export async function readDelegationRule(
  db: Database,
  projectId: number,
  path: string,
): Promise<DelegationRule | undefined> {
  return await db
    .selectFrom('delegation_rules')
    .select(['project_id', 'user_id', 'path', 'priority'])
    .where('project_id', '=', projectId)
    .where('path', '=', path)
    .executeTakeFirst()
}
