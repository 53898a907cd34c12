import { type Static, Type } from 'typebox'
import { addChecker, type NewChecker, removeChecker } from '../../domain/projects/checker-commands.js'
import { type CheckerRow, checkersOf } from '../../domain/projects/checkers.js'
import { usersById } from '../../domain/users/queries.js'
import { USER_NAME_PATTERN } from '../../domain/users/rules.js'
import { Invalid, NotFound } from '../../util/errors.js'
import { EmbeddedUser, embedUser } from '../framework/embedded.js'
import { text as textField } from '../framework/fields.js'
import { userByName } from '../framework/list-fields.js'
import { operation, type Resource } from '../framework/operation.js'
import {
  type AuthenticatedContext,
  firstOrNotFound,
  type RequestContext,
  readBody,
} from '../framework/request-context.js'
import { flag } from '../framework/schema.js'
import { projectIn } from './project.js'

const Checker = Type.Object(
  {
    user: EmbeddedUser,
    bot: flag('Whether it is a bot of this project: an account without a password.'),
  },
  { $id: 'Checker', description: 'Who may post checks on the patches of a project.' },
)

const FIELDS = {
  user: userByName('Number or user name of an account.'),
  bot: textField('Instead of `user`: the user name of a new account without a password.', {
    max: 150,
    keywords: { pattern: USER_NAME_PATTERN },
  }),
}

export const CHECKERS: Resource = {
  path: '/projects/:project/checkers/',
  tag: 'Checkers',
  get: operation({
    id: 'checkers_list',
    summary: 'List the checkers of a project',
    description: 'Those who may post checks on its patches; its maintainers may do so besides.',
    since: '1.4',
    answer: Type.Array(Checker),
    async handle(request) {
      const { id } = await projectIn(request)
      return (await checkersOf(request.db, [id])).map((row) => describe(request, row))
    },
  }),
  post: operation({
    id: 'checkers_create',
    summary: 'Add a checker to a project',
    description: 'For its maintainers: an account, or a new one without a password, whose tokens they make.',
    since: '1.4',
    needsLogin: true,
    subject: projectIn,
    fields: FIELDS,
    mayConflict: true,
    status: 201,
    answer: Checker,
    handle: addToProject,
  }),
}

export const CHECKER: Resource = {
  path: '/projects/:project/checkers/:user_id/',
  tag: 'Checkers',
  delete: operation({
    id: 'checkers_delete',
    summary: 'Remove a checker from a project',
    description: 'For its maintainers. The account, its tokens and its checks stay.',
    since: '1.4',
    needsLogin: true,
    subject: projectIn,
    status: 204,
    async handle(request) {
      const project = await projectIn(request)
      const [user] = await usersById(request.db, [request.id('user_id')])
      const known = user ?? { id: request.id('user_id'), username: '' }
      if (!(await removeChecker(request.db, request.actor, project, known)))
        throw new NotFound('No Checker matches the given query.')
    },
  }),
}

async function addToProject(request: AuthenticatedContext): Promise<Static<typeof Checker>> {
  const { db: database, actor } = request
  const project = await projectIn(request)
  const { id } = await addChecker(database, actor, project, (db) => readChecker({ ...request, db }))
  const row = (await checkersOf(database, [project.id])).find((one) => one.id === id)
  return describe(request, firstOrNotFound(row ? [row] : [], 'Checker'))
}

async function readChecker(request: AuthenticatedContext): Promise<NewChecker> {
  const { user, bot } = await readBody(request, FIELDS, false)
  if (user !== undefined && bot === undefined) return user
  if (user === undefined && bot !== undefined) return { bot }
  const sentence = 'Name either a user or a new bot.'
  throw new Invalid(sentence, { user: [sentence] })
}

function describe({ response }: RequestContext, row: CheckerRow): Static<typeof Checker> {
  return { user: embedUser(response, row), bot: row.bot_of === row.project_id }
}
