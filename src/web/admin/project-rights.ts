import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import { capabilities } from '../../db/dialect/dialect.js'
import { DELEGATION_RULES, NO_PRIORITY, parsePriority } from '../../domain/projects/delegation-rules.js'
import type { Project } from '../../domain/projects/queries.js'
import { addMaintainer, addRule, removeMaintainer, removeRule } from '../../domain/projects/rights.js'
import { problemsIn } from '../../domain/rule.js'
import { findUser, findUserById } from '../../domain/users/queries.js'
import { Conflict, Invalid, NotFound } from '../../util/errors.js'
import { actorOf, addUserForm, type UserContext } from '../framework/auth-guard.js'
import type { Sent } from '../framework/fields.js'
import { numberParameter } from '../framework/parameters.js'
import { type AppContext, redirectWith } from '../framework/request-context.js'
import { requireNotRemoved } from './projects.js'
import { type SentRights, settingsPage, settingsProject } from './settings.js'

/** Who maintains a project, and to whom its patches go by the files that they touch. */
export function addProjectRightsForms(appContext: AppContext): void {
  const settings = '/project/:project/settings'
  addUserForm(appContext, `${settings}/maintainers/`, addMaintainerFromForm)
  addUserForm(appContext, `${settings}/maintainers/:id/remove/`, dropMaintainer)
  addUserForm(appContext, `${settings}/rules/`, addRuleFromForm)
  addUserForm(appContext, `${settings}/rules/remove/`, dropRule)
}

/** The project that a form changes, and the path back to it. */
async function begin(context: UserContext) {
  const project = await settingsProject(context)
  requireNotRemoved(project)
  return { project, path: `/project/${project.link_name}/settings/` }
}

/** Shows the settings again, with the submitted values and their problems. */
async function refuse(context: UserContext, project: Project, rights: SentRights): Promise<VNode> {
  void context.reply.code(400)
  return await settingsPage(context, project, undefined, rights)
}

function noUser(username: string): string {
  return `There is no user '${username.slice(0, 100)}'.`
}

async function addMaintainerFromForm(
  context: UserContext,
  form: URLSearchParams,
): Promise<FastifyReply | VNode> {
  const { project, path } = await begin(context)
  const username = (form.get('maintainer') ?? '').trim()
  const user = await findUser(context.db, username)
  if (!user) {
    const sent = { values: { maintainer: username }, problems: { maintainer: noUser(username) } }
    return await refuse(context, project, { maintainer: sent })
  }
  const isNew = await addMaintainer(context.db, actorOf(context), project, user)
  const text = isNew ? `${username} maintains ${project.name} now.` : `${username} maintains it already.`
  return redirectWith(context, path, text, !isNew)
}

async function dropMaintainer(context: UserContext): Promise<FastifyReply> {
  const { project, path } = await begin(context)
  const { db, viewer, request } = context
  const user = await findUserById(db, numberParameter(request, 'id'))
  if (!user) throw new NotFound()
  try {
    if (!(await removeMaintainer(db, actorOf(context), project, user))) throw new NotFound()
  } catch (error) {
    if (!(error instanceof Conflict)) throw error
    return redirectWith(context, path, error.message, true)
  }
  const text = `${user.username} maintains ${project.name} no longer.`
  // Users who removed their own permission may no longer see the settings.
  const isOwn = user.id === viewer.id && viewer.is_superuser === 0
  return redirectWith(context, isOwn ? `/project/${project.link_name}/` : path, text)
}

async function addRuleFromForm(context: UserContext, form: URLSearchParams): Promise<FastifyReply | VNode> {
  const { project, path: back } = await begin(context)
  const text = (name: string) => (form.get(name) ?? '').trim()
  const values = { path: text('path'), delegate: text('delegate'), priority: text('priority') || '0' }
  const problems = await addRuleAs(context, project, values)
  if (problems) return await refuse(context, project, { rule: { values, problems } })
  return redirectWith(
    context,
    back,
    `Patches to ${values.path} are delegated to ${values.delegate} from now on.`,
  )
}

/** Adds the submitted rule; returns problems by field name, if any. */
async function addRuleAs(
  context: UserContext,
  project: Project,
  values: { path: string; delegate: string; priority: string },
): Promise<Sent['problems'] | undefined> {
  const { db } = context
  const priority = parsePriority(values.priority)
  const user = await findUser(db, values.delegate)
  const problems = {
    ...problemsIn(DELEGATION_RULES, values),
    ...(priority === undefined ? { priority: NO_PRIORITY } : {}),
    ...(user ? {} : { delegate: noUser(values.delegate) }),
  }
  if (priority === undefined || !user || Object.keys(problems).length > 0) return problems
  try {
    await addRule(db, actorOf(context), project, user, { path: values.path, priority })
    return undefined
  } catch (error) {
    if (error instanceof Invalid) return { delegate: error.message }
    if (!capabilities(db).isUniqueViolation(error)) throw error
    return { path: 'There is a rule for that pattern already.' }
  }
}

async function dropRule(context: UserContext, form: URLSearchParams): Promise<FastifyReply> {
  const { project, path: back } = await begin(context)
  await removeRule(context.db, actorOf(context), project, form.get('path') ?? '')
  return redirectWith(context, back, 'The rule is removed. Delegates that it set stay.')
}
