import type { Insertable, Selectable } from 'kysely'
import { remember } from '../../db/cached-table.js'
import { prepare } from '../../db/prepared.js'
import type { Database, ProjectTable } from '../../db/schema.js'
import { NotFound } from '../../util/errors.js'

export type Project = Selectable<ProjectTable>
export type NewProject = Partial<Insertable<ProjectTable>> &
  Pick<ProjectTable, 'link_name' | 'name' | 'list_id' | 'list_email'>

const all = prepare<object, Project>((db) => db.selectFrom('projects').selectAll().orderBy('id'))
const projects = remember((db) => all(db, {}))

/** All projects by id: there are dozens, never thousands. */
export function listProjects(db: Database): Promise<readonly Project[]> {
  return projects.list(db)
}

/** All projects by id; includes those of `ids` unless they were deleted. */
export async function projectsWith(db: Database, ids: Iterable<number>): Promise<Map<number, Project>> {
  const wanted = [...ids]
  const rows = await projects.listWith(db, (known) => {
    const there = new Set(known.map(({ id }) => id))
    return wanted.every((id) => there.has(id))
  })
  return new Map(rows.map((project) => [project.id, project]))
}

/** The matching projects; empty only if the table has none now. */
export async function findProjects(db: Database, fits: (project: Project) => boolean): Promise<Project[]> {
  return (await projects.listWith(db, (rows) => rows.some(fits))).filter(fits)
}

/** The project with a link name, ignoring case. */
export async function findProject(db: Database, linkName: string): Promise<Project | undefined> {
  const wanted = linkName.toLowerCase()
  return await projects.find(db, (project) => project.link_name.toLowerCase() === wanted)
}

/** The same; throws NotFound if there is none. */
export async function getProject(db: Database, linkName: string): Promise<Project> {
  const project = await findProject(db, linkName)
  if (!project) throw new NotFound(`There is no project '${linkName}'.`)
  return project
}

/** Throws NotFound if no project has that list; without a list, never throws. */
export async function requireList(db: Database, listId: string | undefined): Promise<void> {
  if (listId === undefined) return
  const wanted = listId.toLowerCase()
  const known = await projects.find(db, ({ list_id }) => list_id.toLowerCase() === wanted)
  if (!known) throw new NotFound(`No project has the list '${listId}'.`)
}

const DEFAULTS = {
  subject_match: '',
  web_url: '',
  scm_url: '',
  webscm_url: '',
  list_archive_url: '',
  list_archive_url_format: '',
  commit_url_format: '',
  send_notifications: false,
  use_tags: true,
  show_dependencies: false,
}

export async function insertProject(db: Database, project: NewProject): Promise<number> {
  const { id } = await db
    .insertInto('projects')
    .values({ ...DEFAULTS, ...project })
    .returning('id')
    .executeTakeFirstOrThrow()
  projects.forget(db)
  return id
}

export type ProjectChange = Partial<
  Pick<
    Insertable<ProjectTable>,
    | 'link_name'
    | 'name'
    | 'list_id'
    | 'list_email'
    | 'subject_match'
    | 'send_notifications'
    | 'use_tags'
    | 'web_url'
    | 'scm_url'
    | 'webscm_url'
    | 'list_archive_url'
    | 'list_archive_url_format'
    | 'commit_url_format'
    | 'show_dependencies'
  >
>

/** The project with an id, if it exists. */
export async function findProjectById(db: Database, id: number): Promise<Project | undefined> {
  return await projects.find(db, (project) => project.id === id)
}

/** A project, read from the database: the cached one may be a second old. */
export async function readProject(db: Database, id: number): Promise<Project | undefined> {
  return await db.selectFrom('projects').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Updates a project. Throws the error of the database if another project has its name or its list. */
export async function updateProject(db: Database, id: number, change: ProjectChange): Promise<void> {
  if (Object.keys(change).length === 0) return
  await db.updateTable('projects').set(change).where('id', '=', id).execute()
  projects.forget(db)
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
const rules = remember((db) => allRules(db, {}))

/** A project's delegation rules, in order of precedence. */
export async function listDelegationRules(db: Database, projectId: number): Promise<DelegationRule[]> {
  return (await rules.list(db)).filter(({ project_id }) => project_id === projectId)
}

export async function insertDelegationRule(
  db: Database,
  rule: { project_id: number; user_id: number; path: string; priority: number },
): Promise<void> {
  await db.insertInto('delegation_rules').values(rule).execute()
  rules.forget(db)
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

/** Deletes the rule of a pattern; returns whether there was one. */
export async function deleteDelegationRule(db: Database, projectId: number, path: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('delegation_rules')
    .where('project_id', '=', projectId)
    .where('path', '=', path)
    .executeTakeFirst()
  rules.forget(db)
  return numDeletedRows > 0n
}

/** Call it in every transaction that changes projects elsewhere. */
export function invalidateProjects(db: Database): void {
  projects.forget(db)
  rules.forget(db)
}
