import type { FastifyReply } from 'fastify'
import { capabilities } from '../../db/dialect/dialect.js'
import { Conflict, NotFound } from '../../errors.js'
import { canLeaveUnmaintained } from '../../policy.js'
import { addMaintainer, addRule, removeMaintainer, removeRule } from '../../store/audited/rights.js'
import { findUser, findUserById } from '../../store/user.js'
import { actorOf, addOwnForm, type OwnVisit } from '../own.js'
import { numberParameter } from '../request.js'
import { type Mount, redirectWith } from '../visit.js'
import { MAX_TEXT } from './fields.js'
import { requireStanding } from './projects.js'
import { settableProject } from './settings.js'

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

async function takeMaintainer(visit: OwnVisit, form: URLSearchParams): Promise<FastifyReply> {
  const { project, path } = await begin(visit)
  const username = (form.get('maintainer') ?? '').trim()
  const user = await findUser(visit.db, username)
  if (!user) return redirectWith(visit, path, `There is no user '${username.slice(0, 100)}'.`, true)
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

async function takeRule(visit: OwnVisit, form: URLSearchParams): Promise<FastifyReply> {
  const { project, path: back } = await begin(visit)
  const text = (name: string) => (form.get(name) ?? '').trim()
  const [path, username, priority] = [text('path'), text('delegate'), text('priority') || '0']
  if (path === '' || path.length > MAX_TEXT || /\p{Cc}/u.test(path))
    return redirectWith(visit, back, 'A rule needs a pattern of at most 255 characters.', true)
  if (!/^-?\d{1,9}$/.test(priority))
    return redirectWith(visit, back, 'The priority must be a whole number.', true)
  const user = await findUser(visit.db, username)
  if (!user) return redirectWith(visit, back, `There is no user '${username.slice(0, 100)}'.`, true)
  try {
    await addRule(visit.db, actorOf(visit), project, user, { path, priority: Number(priority) })
  } catch (error) {
    if (!capabilities(visit.db).isUniqueViolation(error)) throw error
    return redirectWith(visit, back, 'There is a rule for that pattern already.', true)
  }
  return redirectWith(visit, back, `Patches to ${path} are delegated to ${username} from now on.`)
}

async function dropRule(visit: OwnVisit, form: URLSearchParams): Promise<FastifyReply> {
  const { project, path: back } = await begin(visit)
  await removeRule(visit.db, actorOf(visit), project, form.get('path') ?? '')
  return redirectWith(visit, back, 'The rule is removed; what was delegated by it stays so.')
}
