import { type Static, Type } from 'typebox'
import { line, type Rule } from '../../domain/rule.js'
import { stateSlugs } from '../../domain/states/queries.js'
import { addTree, removeTree, type TreeInput, tellPush } from '../../domain/trees/commands.js'
import { listTrees, type Tree } from '../../domain/trees/queries.js'
import { bareBranch, MAX_TREE_URL, TREE_RULES } from '../../domain/trees/rules.js'
import { type Field, FieldError } from '../framework/body.js'
import { state as stateField, text as textField } from '../framework/fields.js'
import { operation, type Resource } from '../framework/operation.js'
import {
  type AuthenticatedContext,
  firstOrNotFound,
  type RequestContext,
  readBody,
} from '../framework/request-context.js'
import { number, orNull, text, time } from '../framework/schema.js'
import { projectIn } from './project.js'

/** The trees of a project: branches whose commits accept its patches. */

const TreeAnswer = Type.Object(
  {
    id: number('Number of the tree.'),
    url: text('Where its repository is fetched from.'),
    branch: text('The branch.'),
    state: text('The slug of the state that patches get which became commits of it.'),
    head: orNull(text('The last commit that was looked at; null: none yet.')),
    fetched: orNull(time('When it was fetched last.')),
    problem: orNull(text('Why it could not be fetched last time.')),
  },
  { $id: 'Tree', description: 'A branch of a repository.' },
)

/** A text that keeps a rule of the domain. */
function ruled(field: Field<string>, rule: Rule): Field<string> {
  return {
    ...field,
    async read(value, db, version) {
      const body = await field.read(value, db, version)
      const problem = rule(body)
      if (problem !== undefined) throw new FieldError(problem)
      return body
    },
  }
}

const FIELDS = {
  url: ruled(
    textField('Where the repository is fetched from, without user and password.', {
      max: MAX_TREE_URL,
      isRequired: true,
    }),
    TREE_RULES.url,
  ),
  branch: ruled(textField('The branch; `master` if it is left out.', { max: 255 }), (name) =>
    TREE_RULES.branch(bareBranch(name)),
  ),
  state: stateField('The state that patches get.'),
}

const PUSH_FIELDS = {
  tree: ruled(
    textField('The number of a tree, or its URL.', { max: MAX_TREE_URL }),
    line({ max: MAX_TREE_URL }),
  ),
  branch: ruled(textField('The name of a branch, with or without `refs/heads/`.', { max: 300 }), (name) =>
    TREE_RULES.branch(bareBranch(name)),
  ),
}

export const TREES: Resource = {
  path: '/projects/:project/trees/',
  tag: 'Trees',
  get: operation({
    id: 'trees_list',
    summary: 'List the trees of a project',
    description: 'The branches whose commits accept its patches, in the order in which they were added.',
    since: '1.4',
    answer: Type.Array(TreeAnswer),
    async handle(request) {
      const { id } = await projectIn(request)
      return await toTrees(request, await listTrees(request.db, id))
    },
  }),
  post: operation({
    id: 'trees_create',
    summary: 'Add a tree to a project',
    description: 'For its maintainers. The server fetches it from then on.',
    since: '1.4',
    needsLogin: true,
    subject: projectIn,
    fields: FIELDS,
    mayConflict: true,
    status: 201,
    answer: TreeAnswer,
    async handle(request) {
      const { id: projectId } = await projectIn(request)
      const { db, actor, config } = request
      const read = async (inner: typeof db) => await readTree({ ...request, db: inner })
      const id = await addTree(db, actor, projectId, read, config.treeProtocols)
      const added = (await listTrees(db, projectId)).filter((tree) => tree.id === id)
      return firstOrNotFound(await toTrees(request, added), 'Tree')
    },
  }),
}

export const TREE: Resource = {
  path: '/projects/:project/trees/:tree_id/',
  tag: 'Trees',
  delete: operation({
    id: 'trees_delete',
    summary: 'Remove a tree from a project',
    description: 'For its maintainers. Patches keep the states and commits that they got from it.',
    since: '1.4',
    needsLogin: true,
    subject: projectIn,
    status: 204,
    async handle(request) {
      const { id } = await projectIn(request)
      await removeTree(request.db, request.actor, id, request.id('tree_id'))
    },
  }),
}

const Pushed = Type.Object(
  { trees: Type.Array(TreeAnswer, { description: 'The trees that are fetched within the next seconds.' }) },
  { $id: 'Push', description: 'What became of a push.' },
)

export const PUSHES: Resource = {
  path: '/projects/:project/pushes/',
  tag: 'Trees',
  post: operation({
    id: 'pushes_create',
    summary: 'Tell of a push',
    description:
      'For the maintainers of the project, such as from a hook: has the trees fetched soon that were pushed to. Without a tree and a branch: all of them.',
    since: '1.4',
    needsLogin: true,
    subject: projectIn,
    fields: PUSH_FIELDS,
    answer: Pushed,
    async handle(request) {
      const { id } = await projectIn(request)
      const read = async (db: typeof request.db) => await readBody({ ...request, db }, PUSH_FIELDS, true)
      return { trees: await toTrees(request, await tellPush(request.db, request.actor, id, read)) }
    },
  }),
}

async function readTree(request: AuthenticatedContext): Promise<TreeInput> {
  const { url, branch = 'master', state } = await readBody(request, FIELDS, false)
  return { url: url ?? '', branch, state_id: state ?? 0 }
}

async function toTrees(
  { db, response }: Pick<RequestContext, 'db' | 'response'>,
  trees: readonly Tree[],
): Promise<Static<typeof TreeAnswer>[]> {
  const slugs = await stateSlugs(db, new Set(trees.map(({ state_id }) => state_id)))
  return trees.map(({ id, url, branch, state_id, head, fetched, problem }) => ({
    id,
    url,
    branch,
    state: slugs.get(state_id) ?? '',
    head,
    fetched: fetched === null ? null : response.date(fetched),
    problem,
  }))
}
