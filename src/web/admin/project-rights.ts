import type { FastifyReply } from 'fastify'
import { capabilities } from '../../db/dialect/dialect.js'
import { NotFound } from '../../errors.js'
import { deleteMaintainer, insertMaintainer, maintainersOf } from '../../store/maintainer.js'
import { deleteDelegationRule, insertDelegationRule, listDelegationRules } from '../../store/project.js'
import { findUser, findUserById } from '../../store/user.js'
import { addOwnForm, type OwnVisit } from '../own.js'
import { numberParameter } from '../request.js'
import { type Mount, redirectWith } from '../visit.js'
import { audited } from './admin.js'
import { MAX_TEXT } from './fields.js'
import { requireStanding } from './projects.js'
import { settableProject } from './settings.js'

/** Who maintains a project, and to whom its patches go by the files that they touch. */
export function addProjectRightsForms(mount: Mount): void {
  const settings = '/project/:project/settings'
  addOwnForm(mount, `${settings}/maintainers/`, addMaintainer)
  addOwnForm(mount, `${settings}/maintainers/:id/remove/`, removeMaintainer)
  addOwnForm(mount, `${settings}/rules/`, addRule)
  addOwnForm(mount, `${settings}/rules/remove/`, removeRule)
}

/** The project that a form changes, and the path back to it. */
async function begin(visit: OwnVisit) {
  const project = await settableProject(visit)
  requireStanding(project)
  return { project, path: `/project/${project.link_name}/settings/` }
}

async function addMaintainer(visit: OwnVisit, form: URLSearchParams): Promise<FastifyReply> {
  const { project, path } = await begin(visit)
  const username = (form.get('maintainer') ?? '').trim()
  const user = await findUser(visit.db, username)
  if (!user) return redirectWith(visit, path, `There is no user '${username.slice(0, 100)}'.`, true)
  const known = await maintainersOf(visit.db, [project.id])
  if (known.some(({ id }) => id === user.id))
    return redirectWith(visit, path, `${username} maintains it already.`, true)
  await audited(visit, async (db) => {
    await insertMaintainer(db, project.id, user.id)
    return { action: 'add', kind: 'maintainer', name: username, projectId: project.id }
  })
  return redirectWith(visit, path, `${username} maintains ${project.name} now.`)
}

async function removeMaintainer(visit: OwnVisit): Promise<FastifyReply> {
  const { project, path } = await begin(visit)
  const id = numberParameter(visit.request, 'id')
  const user = (await maintainersOf(visit.db, [project.id])).find((each) => each.id === id)
  if (!user) throw new NotFound()
  await audited(visit, async (db) => {
    await deleteMaintainer(db, project.id, user.id)
    return { action: 'remove', kind: 'maintainer', name: user.username, projectId: project.id }
  })
  const text = `${user.username} maintains ${project.name} no longer.`
  // Whoever took the right from themselves may not see the settings any more.
  const isOwn = user.id === visit.viewer.id && visit.viewer.is_superuser === 0
  return redirectWith(visit, isOwn ? `/project/${project.link_name}/` : path, text)
}

async function addRule(visit: OwnVisit, form: URLSearchParams): Promise<FastifyReply> {
  const { project, path: back } = await begin(visit)
  const text = (name: string) => (form.get(name) ?? '').trim()
  const [path, username, priority] = [text('path'), text('delegate'), text('priority') || '0']
  if (path === '' || path.length > MAX_TEXT || /\p{Cc}/u.test(path))
    return redirectWith(visit, back, 'A rule needs a pattern of at most 255 characters.', true)
  if (!/^-?\d{1,9}$/.test(priority))
    return redirectWith(visit, back, 'The priority must be a whole number.', true)
  const user = await findUser(visit.db, username)
  if (!user) return redirectWith(visit, back, `There is no user '${username.slice(0, 100)}'.`, true)
  const rule = { path, priority: Number(priority) }
  try {
    await audited(visit, async (db) => {
      await insertDelegationRule(db, { ...rule, project_id: project.id, user_id: user.id })
      const after = { delegate: username, priority: rule.priority }
      return { action: 'add', kind: 'delegation rule', name: path, projectId: project.id, after }
    })
  } catch (error) {
    if (!capabilities(visit.db).isUniqueViolation(error)) throw error
    return redirectWith(visit, back, 'There is a rule for that pattern already.', true)
  }
  return redirectWith(visit, back, `Patches to ${path} are delegated to ${username} from now on.`)
}

async function removeRule(visit: OwnVisit, form: URLSearchParams): Promise<FastifyReply> {
  const { project, path: back } = await begin(visit)
  const path = form.get('path') ?? ''
  const rule = (await listDelegationRules(visit.db, project.id)).find((each) => each.path === path)
  if (!rule) throw new NotFound()
  const user = await findUserById(visit.db, rule.user_id)
  await audited(visit, async (db) => {
    await deleteDelegationRule(db, project.id, path)
    const before = { delegate: user?.username, priority: rule.priority }
    return { action: 'remove', kind: 'delegation rule', name: path, projectId: project.id, before }
  })
  return redirectWith(visit, back, 'The rule is removed; what was delegated by it stays so.')
}
