import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import { addChecker, type NewChecker, removeChecker } from '../../domain/projects/checker-commands.js'
import { findUser, findUserById } from '../../domain/users/queries.js'
import { Conflict, Invalid, NotFound } from '../../util/errors.js'
import { actorOf, addUserForm, type UserContext } from '../framework/auth-guard.js'
import { numberParameter } from '../framework/parameters.js'
import { type AppContext, redirectWith } from '../framework/request-context.js'
import { requireNotRemoved } from './projects.js'
import { settingsPage, settingsProject } from './settings.js'

/** Changes who may post checks on the patches of a project. */
export function addCheckerForms(appContext: AppContext): void {
  const settings = '/project/:project/settings'
  addUserForm(appContext, `${settings}/checkers/`, async (context, form) => {
    const username = (form.get('checker') ?? '').trim()
    const user = await findUser(context.db, username)
    const problem = `There is no user '${username.slice(0, 100)}'.`
    return await add(context, 'checker', username, user ?? problem)
  })
  addUserForm(appContext, `${settings}/bots/`, async (context, form) => {
    const username = (form.get('bot') ?? '').trim()
    return await add(context, 'bot', username, { bot: username })
  })
  addUserForm(appContext, `${settings}/checkers/:id/remove/`, remove)
}

/** Adds a checker, or shows the settings again with what is wrong. */
async function add(
  context: UserContext,
  field: 'checker' | 'bot',
  username: string,
  checker: NewChecker | string,
): Promise<VNode | FastifyReply> {
  const project = await settingsProject(context)
  requireNotRemoved(project)
  const problem =
    typeof checker === 'string'
      ? checker
      : await problemOf(() => addChecker(context.db, actorOf(context), project, checker))
  if (problem === undefined)
    return redirectWith(
      context,
      `/project/${project.link_name}/settings/`,
      `${username} may post checks now.`,
    )
  void context.reply.code(400)
  const sent = { values: { [field]: username }, problems: { [field]: problem } }
  return await settingsPage(context, project, undefined, { checker: sent })
}

async function problemOf(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (error instanceof Invalid || error instanceof Conflict) return error.message
    throw error
  }
}

async function remove(context: UserContext): Promise<FastifyReply> {
  const project = await settingsProject(context)
  requireNotRemoved(project)
  const user = await findUserById(context.db, numberParameter(context.request, 'id'))
  if (!user || !(await removeChecker(context.db, actorOf(context), project, user))) throw new NotFound()
  const text = `${user.username} may no longer post checks.`
  return redirectWith(context, `/project/${project.link_name}/settings/`, text)
}
