import { sql } from 'kysely'
import { canEditProject, canIdentifyProject, canSetUpProject } from '../../auth/permissions.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { Conflict, Forbidden, Invalid, NotFound } from '../../util/errors.js'
import { type Actor, type Input, permissionsOf, readInput, requirePermission } from '../actor.js'
import { recordChange } from '../audit/updates.js'
import { endReview, startReview } from '../automation/reviews.js'
import { NO_SUPERSEDED_STATE, RULES, SUPERSEDED_SLUG } from '../automation/rules.js'
import { deleteSuggestionsOf } from '../automation/updates.js'
import { type Expected, requireExpected } from '../expectation.js'
import { requireRules } from '../rule.js'
import { listStates } from '../states/queries.js'
import { compareAgain } from '../trees/updates.js'
import { type Project, readProject } from './queries.js'
import { markRemoved } from './removal.js'
import { contextsIn, contextsText, IDENTIFYING_FIELDS, PROJECT_RULES } from './rules.js'
import { insertProject, type NewProject, type ProjectChange, updateProject } from './updates.js'

/** Changes of projects by users: each with its entry in the audit trail, in one transaction. */

/**
 * Adds a project; returns its id. Throws Invalid if a value breaks a rule, and the error of the database if another has
 * its name or its list.
 */
export async function addProject(database: Database, actor: Actor, given: NewProject): Promise<number> {
  requireRules(PROJECT_RULES, given)
  const project = { ...given, ...normalized(given) }
  return await transaction(database, async (db) => {
    await requirePermission(db, actor, 'admin', canIdentifyProject)
    await requireFreeLinkName(db, project.link_name)
    const created = { list_view: 'series', ...project }
    const projectId = await insertProject(db, created)
    const { link_name: name, ...after } = created
    await recordChange(db, actor, { action: 'add', kind: 'project', name, projectId, after: fieldsOf(after) })
    return projectId
  })
}

/**
 * Updates a project. Throws NotFound, Forbidden, Invalid if a value breaks a rule, EditConflict if a field is not
 * as `expected`, and the error of the database if another project conflicts.
 */
export async function changeProject(
  database: Database,
  actor: Actor,
  id: number,
  input: Input<ProjectChange>,
  expected: Expected<ProjectChange> = {},
): Promise<void> {
  await transaction(database, async (db) => {
    const project = await readProject(db, id)
    if (!project) throw new NotFound('No Project matches the given query.')
    const permit = await permissionsOf(db, actor, 'admin')
    // Deployed clients know the API to ask superusers, too, for being maintainers.
    const canChange = actor.way === 'API' ? canEditProject : canSetUpProject
    if (!permit((viewer) => canChange(viewer, project))) throw new Forbidden()
    const change = normalized(await readInput(db, input))
    const isRenamed = IDENTIFYING_FIELDS.some((name) => name in change)
    if (isRenamed && !permit(canIdentifyProject)) throw new Forbidden()
    requireExpected(project, change, expected)
    requireRules(PROJECT_RULES, change, project)
    if (change.link_name !== undefined) await requireFreeLinkName(db, change.link_name, id)
    await requireState(db, project, change)
    await updateProject(db, id, change)
    await applyModes(db, project, change)
    const names = Object.keys(change) as (keyof ProjectChange)[]
    const before = Object.fromEntries(names.map((name) => [name, project[name]]))
    const what = { kind: 'project', name: project.link_name, projectId: id } as const
    await recordChange(db, actor, { ...what, action: 'change', before, after: change })
  })
}

/** A rule that was turned off suggests nothing any more; one that was turned on is applied to existing patches. */
async function applyModes(db: Database, project: Project, change: ProjectChange): Promise<void> {
  for (const rule of RULES) {
    const mode = change[`auto_${rule}`]
    if (mode === undefined || mode === project[`auto_${rule}`]) continue
    if (mode === 'off') await deleteSuggestionsOf(db, project.id, rule)
    // The rule `archived` looks at all series each time.
    if (rule === 'superseded') await (mode === 'off' ? endReview : startReview)(db, project.id)
    if (rule === 'accepted' && mode !== 'off') await compareAgain(db, project.id)
  }
}

/** Throws Invalid if the rule `superseded` is turned on without a state that it could set. */
async function requireState(
  db: Database,
  project: Project,
  { auto_superseded: wanted }: ProjectChange,
): Promise<void> {
  if (wanted === undefined || wanted === 'off' || wanted === project.auto_superseded) return
  if ((await listStates(db)).some(({ slug }) => slug === SUPERSEDED_SLUG)) return
  throw new Invalid(NO_SUPERSEDED_STATE, { auto_superseded: [NO_SUPERSEDED_STATE] })
}

/** The change with lists of contexts as they are stored. */
function normalized(change: ProjectChange): ProjectChange {
  const { required_contexts } = change
  if (required_contexts === undefined || PROJECT_RULES.required_contexts(required_contexts) !== undefined)
    return change
  return { ...change, required_contexts: contextsText(contextsIn(required_contexts)) }
}

/** Link names are unique ignoring case, because URLs ignore it. Throws Conflict. */
async function requireFreeLinkName(db: Database, linkName: string, id?: number): Promise<void> {
  const others = await db
    .selectFrom('projects')
    .select('id')
    .where(sql`lower(link_name)`, '=', linkName.toLowerCase())
    .where('id', '!=', id ?? 0)
    .execute()
  if (others.length > 0) throw new Conflict(`There is a project '${linkName}' already.`)
}

/** Removes a project: it ingests no more mail, and its data is deleted in the background. Throws NotFound. */
export async function removeProject(database: Database, actor: Actor, id: number): Promise<void> {
  await transaction(database, async (db) => {
    await requirePermission(db, actor, 'admin', canIdentifyProject)
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
