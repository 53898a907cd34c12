import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import { listStates } from '../../domain/states/queries.js'
import { addTree, removeTree } from '../../domain/trees/commands.js'
import { Conflict, Invalid } from '../../util/errors.js'
import { actorOf, addUserForm, type UserContext } from '../framework/auth-guard.js'
import { problemsIn, type Sent } from '../framework/fields.js'
import { numberParameter } from '../framework/parameters.js'
import { type AppContext, redirectWith } from '../framework/request-context.js'
import { requireNotRemoved } from './projects.js'
import { settingsPage, settingsProject } from './settings.js'

/** Adds and removes the trees of a project. */
export function addTreeForms(appContext: AppContext): void {
  addUserForm(appContext, '/project/:project/settings/trees/', add)
  addUserForm(appContext, '/project/:project/settings/trees/:id/remove/', async (context) => {
    const project = await settingsProject(context)
    requireNotRemoved(project)
    await removeTree(context.db, actorOf(context), project.id, numberParameter(context.request, 'id'))
    const text = 'The tree is removed. Patches keep what they got from it.'
    return redirectWith(context, `/project/${project.link_name}/settings/#trees`, text)
  })
}

async function add(context: UserContext, form: URLSearchParams): Promise<VNode | FastifyReply> {
  const project = await settingsProject(context)
  requireNotRemoved(project)
  const text = (name: string) => (form.get(`tree_${name}`) ?? '').trim()
  const values = { url: text('url'), branch: text('branch'), state: text('state') }
  const state = (await listStates(context.db)).find(({ id }) => String(id) === values.state)
  const problems =
    state === undefined
      ? { state: 'This is none of the states.' }
      : await problemsOf(async () => {
          const tree = { url: values.url, branch: values.branch, state_id: state.id }
          await addTree(context.db, actorOf(context), project.id, tree, context.config.treeProtocols)
        })
  if (problems) {
    void context.reply.code(400)
    return await settingsPage(context, project, undefined, { tree: { values, problems } })
  }
  const path = `/project/${project.link_name}/settings/#trees`
  return redirectWith(context, path, `${values.branch} is fetched from now on.`)
}

async function problemsOf(work: () => Promise<void>): Promise<Sent['problems'] | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (!(error instanceof Invalid || error instanceof Conflict)) throw error
    return problemsIn(error, 'url')
  }
}
