import type { Insertable } from 'kysely'
import { deleteByIds } from '../../db/by-id.js'
import type { Database, ProjectTable } from '../../db/schema.js'
import { RULES_OF_NEW } from '../automation/rules.js'
import { cachedProjects, cachedRules } from './queries.js'
import { contextsIn } from './rules.js'

export type NewProject = Partial<Insertable<ProjectTable>> &
  Pick<ProjectTable, 'link_name' | 'name' | 'list_id' | 'list_email'>

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
  ...RULES_OF_NEW,
} satisfies Partial<Insertable<ProjectTable>>

export async function insertProject(db: Database, project: NewProject): Promise<number> {
  const { id } = await db
    .insertInto('projects')
    .values({ ...DEFAULTS, ...project })
    .returning('id')
    .executeTakeFirstOrThrow()
  if (project.required_contexts) await writeContexts(db, id, project.required_contexts)
  cachedProjects.forget(db)
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
    | 'auto_superseded'
    | 'auto_accepted'
    | 'auto_archived'
    | 'archive_days'
    | 'list_view'
    | 'required_contexts'
  >
>

/** Updates a project. Throws the error of the database if another project has its name or its list. */
export async function updateProject(db: Database, id: number, change: ProjectChange): Promise<void> {
  if (Object.keys(change).length === 0) return
  await db.updateTable('projects').set(change).where('id', '=', id).execute()
  if (change.required_contexts !== undefined) await writeContexts(db, id, change.required_contexts)
  cachedProjects.forget(db)
}

/** Writes the required contexts as rows, by which lists find what is missing. */
async function writeContexts(db: Database, id: number, text: string): Promise<void> {
  await deleteByIds(db, 'required_contexts', [id], 'project_id')
  const rows = contextsIn(text).map((context) => ({ project_id: id, context }))
  if (rows.length > 0) await db.insertInto('required_contexts').values(rows).execute()
}

export async function insertDelegationRule(
  db: Database,
  rule: { project_id: number; user_id: number; path: string; priority: number },
): Promise<void> {
  await db.insertInto('delegation_rules').values(rule).execute()
  cachedRules.forget(db)
}

/** Deletes the rule of a pattern; returns whether there was one. */
export async function deleteDelegationRule(db: Database, projectId: number, path: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('delegation_rules')
    .where('project_id', '=', projectId)
    .where('path', '=', path)
    .executeTakeFirst()
  cachedRules.forget(db)
  return numDeletedRows > 0n
}

/** Call it in every transaction that changes projects elsewhere. */
export function invalidateProjects(db: Database): void {
  cachedProjects.forget(db)
  cachedRules.forget(db)
}
