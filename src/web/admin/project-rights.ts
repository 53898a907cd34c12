import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import { canLeaveUnmaintained } from '../../auth/permissions.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { DELEGATION_RULES, NO_PRIORITY, parsePriority } from '../../domain/projects/delegation-rules.js'
import type { Project } from '../../domain/projects/projects.js'
import { addMaintainer, addRule, removeMaintainer, removeRule } from '../../domain/projects/rights.js'
import { problemsIn } from '../../domain/rule.js'
import { findUser, findUserById } from '../../domain/users/users.js'
import { Conflict, Invalid, NotFound } from '../../util/errors.js'
import { actorOf, addOwnForm, type OwnVisit } from '../framework/auth-guard.js'
import type { Sent } from '../framework/fields.js'
import { numberParameter } from '../framework/parameters.js'
import { type Mount, redirectWith } from '../framework/request-context.js'
import { requireStanding } from './projects.js'
import { type SentRights, settableProject, settingsPage } from './settings.js'

/** Who maintains a project, and to whom its patches go by the files that they touch. */
export function addProjectRightsForms(mount: Mount): void {
  const settings = '/project/:project/settings'
  addOwnForm(mount, `${settings}/maintainers/`, takeMaintainer)
  addOwnForm(mount, `${settings}/maintainers/:id/remove/`, dropMaintainer)
  addOwnForm(mount, `${settings}/rules/`, takeRule)
  addOwnForm(mount, `${settings}/rules/remove/`, dropRule)
}

/** The project that a form changes, and the path back to it. */
async function begin(visit: OwnVisit) {
  const project = await settableProject(visit)
  requireStanding(project)
  return { project, path: `/project/${project.link_name}/settings/` }
}

/** The settings again, with what was sent and what is wrong with it. */
async function refuse(visit: OwnVisit, project: Project, rights: SentRights): Promise<VNode> {
  void visit.reply.code(400)
  return await settingsPage(visit, project, undefined, rights)
}

function noUser(username: string): string {
  return `There is no user '${username.slice(0, 100)}'.`
}

async function takeMaintainer(visit: OwnVisit, form: URLSearchParams): Promise<FastifyReply | VNode> {
  const { project, path } = await begin(visit)
  const username = (form.get('maintainer') ?? '').trim()
  const user = await findUser(visit.db, username)
  if (!user) {
    const sent = { values: { maintainer: username }, problems: { maintainer: noUser(username) } }
    return await refuse(visit, project, { maintainer: sent })
  }
  const isNew = await addMaintainer(visit.db, actorOf(visit), project, user)
  const text = isNew ? `${username} maintains ${project.name} now.` : `${username} maintains it already.`
  return redirectWith(visit, path, text, !isNew)
}

async function dropMaintainer(visit: OwnVisit): Promise<FastifyReply> {
  const { project, path } = await begin(visit)
  const { db, viewer, request } = visit
  const user = await findUserById(db, numberParameter(request, 'id'))
  if (!user) throw new NotFound()
  const mayBeLast = canLeaveUnmaintained(viewer)
  try {
    if (!(await removeMaintainer(db, actorOf(visit), project, user, { mayBeLast }))) throw new NotFound()
  } catch (error) {
    if (!(error instanceof Conflict)) throw error
    return redirectWith(visit, path, error.message, true)
  }
  const text = `${user.username} maintains ${project.name} no longer.`
  // Whoever took the right from themselves may not see the settings any more.
  const isOwn = user.id === viewer.id && viewer.is_superuser === 0
  return redirectWith(visit, isOwn ? `/project/${project.link_name}/` : path, text)
}

async function takeRule(visit: OwnVisit, form: URLSearchParams): Promise<FastifyReply | VNode> {
  const { project, path: back } = await begin(visit)
  const text = (name: string) => (form.get(name) ?? '').trim()
  const values = { path: text('path'), delegate: text('delegate'), priority: text('priority') || '0' }
  const problems = await addRuleAs(visit, project, values)
  if (problems) return await refuse(visit, project, { rule: { values, problems } })
  return redirectWith(
    visit,
    back,
    `Patches to ${values.path} are delegated to ${values.delegate} from now on.`,
  )
}

/** Adds a rule as it was sent; gives what is wrong with it, by the names of the fields, where something is. */
async function addRuleAs(
  visit: OwnVisit,
  project: Project,
  values: { path: string; delegate: string; priority: string },
): Promise<Sent['problems'] | undefined> {
  const { db } = visit
  const priority = parsePriority(values.priority)
  const user = await findUser(db, values.delegate)
  const problems = {
    ...problemsIn(DELEGATION_RULES, values),
    ...(priority === undefined ? { priority: NO_PRIORITY } : {}),
    ...(user ? {} : { delegate: noUser(values.delegate) }),
  }
  if (priority === undefined || !user || Object.keys(problems).length > 0) return problems
  try {
    await addRule(db, actorOf(visit), project, user, { path: values.path, priority })
    return undefined
  } catch (error) {
    if (error instanceof Invalid) return { delegate: error.message }
    if (!capabilities(db).isUniqueViolation(error)) throw error
    return { path: 'There is a rule for that pattern already.' }
  }
}

async function dropRule(visit: OwnVisit, form: URLSearchParams): Promise<FastifyReply> {
  const { project, path: back } = await begin(visit)
  await removeRule(visit.db, actorOf(visit), project, form.get('path') ?? '')
  return redirectWith(visit, back, 'The rule is removed; what was delegated by it stays so.')
}
