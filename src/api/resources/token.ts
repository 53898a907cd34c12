import { type Static, Type } from 'typebox'
import { canManageTokens, isWithinProjects, SCOPES } from '../../auth/permissions.js'
import { inOrder } from '../../db/pagination.js'
import { createToken, revokeToken, revokeTokens, rotateToken } from '../../domain/tokens/commands.js'
import { listTokenIds, type TokenFilter, type TokenOrder } from '../../domain/tokens/filter.js'
import { findProjectOfBot, getTokenOf, type Token, tokensById } from '../../domain/tokens/queries.js'
import { CONTEXT_PATTERN, MAX_CONTEXT, MAX_NAME, type NewToken } from '../../domain/tokens/rules.js'
import { type UserRow, usersById } from '../../domain/users/queries.js'
import { Forbidden } from '../../util/errors.js'
import { EmbeddedUser, embedUser } from '../framework/embedded.js'
import { text as textField } from '../framework/fields.js'
import { answerList } from '../framework/list-budget.js'
import { choices, linesOrNull, momentOrNull, projectsOrNull } from '../framework/list-fields.js'
import type { Listing } from '../framework/listing.js'
import { operation, type Resource } from '../framework/operation.js'
import {
  type AuthenticatedContext,
  firstOrNotFound,
  type RequestContext,
  readAuthority,
  readBody,
} from '../framework/request-context.js'
import { address, number, orNull, text, time } from '../framework/schema.js'

const Scopes = Type.Array(Type.Enum([...SCOPES]), { description: 'What it may do.' })

const Names = (description: string) => Type.Array(Type.String(), { description })

const tokenFields = {
  id: number('Number of the token.'),
  url: address('Where the API has the token.'),
  name: text('What it is for; empty for the one of the profile page.'),
  scopes: Scopes,
  projects: orNull(Names('Link names of the projects that it is limited to.'), 'Null: all projects.'),
  contexts: orNull(Names('Patterns of the contexts of the checks that it may post.'), 'Null: all contexts.'),
  created: time('When it was made.'),
  expires: orNull(time('When it expires.')),
  last_used: orNull(time('When it was last used; noted every few minutes.')),
  made_by: text('The user name of who made it.'),
}

const TokenSchema = Type.Object(tokenFields, {
  $id: 'Token',
  description: 'A token of an account, without what opens the account.',
})

const NewTokenSchema = Type.Object(
  { ...tokenFields, token: text('The token itself: it is shown only here.') },
  { $id: 'TokenCreated', description: 'A token that was just made.' },
)

const Caller = Type.Object(
  {
    user: EmbeddedUser,
    token: orNull(TokenSchema, 'The token of the request; null for a password or a session.'),
    scopes: Scopes,
    maintains: Names('Link names of the projects that the account maintains and the token is valid for.'),
    checks: Names('Link names of the projects whose patches the caller may check as maintainer or checker.'),
  },
  { $id: 'Caller', description: 'Who sends the request, and what they may do.' },
)

const LISTING: Listing<TokenFilter, TokenOrder> = {
  list: listTokenIds,
  filters: {},
  order: { id: 'id', created: 'created' },
  defaultOrder: 'id',
}

const EXPIRES = momentOrNull('When it expires: a date, perhaps with a time; null: never.')

const FIELDS = {
  name: textField('What it is for.', { max: MAX_NAME, isRequired: true }),
  scopes: choices('What it may do; the account may still do less.', SCOPES),
  projects: projectsOrNull('Numbers or link names of the projects that it is limited to; null: all.'),
  contexts: linesOrNull(
    'Patterns of the contexts of the checks that it may post, `*` for any text; null: all.',
    Type.String({ pattern: CONTEXT_PATTERN, maxLength: MAX_CONTEXT }),
  ),
  expires: EXPIRES,
}

export const CALLER: Resource = {
  path: '/token/',
  tag: 'Tokens',
  get: operation({
    id: 'token_read',
    summary: 'Show who you are and what you may do',
    description: 'For every login, whatever the scopes of its token.',
    since: '1.4',
    needsLogin: true,
    readScope: 'none',
    answer: Caller,
    handle: describeCaller,
  }),
}

export const TOKENS: Resource = {
  path: '/users/:id/tokens/',
  tag: 'Tokens',
  get: operation({
    id: 'tokens_list',
    summary: 'List the tokens of an account',
    description: 'For its owner, administrators and, of a bot, the maintainers of its project.',
    since: '1.4',
    needsLogin: true,
    readScope: 'admin',
    listing: LISTING,
    answer: Type.Array(TokenSchema),
    async handle(request, reply) {
      const { id } = await tokenOwner(request)
      return await answerList(request, reply, {
        listing: LISTING,
        path: `/users/${id}/tokens/`,
        fixed: { user: id },
        describe: async (ids) =>
          inOrder(ids, await tokensById(request.db, ids)).map((token) => describeToken(request, token)),
      })
    },
  }),
  post: operation({
    id: 'tokens_create',
    summary: 'Make a token',
    description:
      'For those who may list them. A token never makes one that may do more or lives longer. A token for a bot that maintainers make is limited to projects that they maintain.',
    since: '1.4',
    needsLogin: true,
    fields: FIELDS,
    mayConflict: true,
    status: 201,
    answer: NewTokenSchema,
    async handle(request) {
      const user = await userOf(request)
      const created = await createToken(request.db, request.actor, user, (db) =>
        readToken({ ...request, db }),
      )
      return await showCreated(request, created)
    },
  }),
  delete: operation({
    id: 'tokens_delete',
    summary: 'Revoke all tokens of an account',
    description: 'For those who may list them, the one of the profile page included.',
    since: '1.4',
    needsLogin: true,
    status: 204,
    async handle(request) {
      await revokeTokens(request.db, request.actor, await userOf(request))
    },
  }),
}

export const TOKEN: Resource = {
  path: '/users/:id/tokens/:token_id/',
  tag: 'Tokens',
  get: operation({
    id: 'tokens_read',
    summary: 'Show a token',
    description: 'Without what opens the account.',
    since: '1.4',
    needsLogin: true,
    readScope: 'admin',
    answer: TokenSchema,
    async handle(request) {
      const { id } = await tokenOwner(request)
      return describeToken(request, await getTokenOf(request.db, id, request.id('token_id')))
    },
  }),
  delete: operation({
    id: 'tokens_revoke',
    summary: 'Revoke a token',
    description: 'From now on it opens nothing.',
    since: '1.4',
    needsLogin: true,
    status: 204,
    async handle(request) {
      await revokeToken(request.db, request.actor, await userOf(request), request.id('token_id'))
    },
  }),
}

const ROTATION = { expires: EXPIRES }

export const TOKEN_ROTATION: Resource = {
  path: '/users/:id/tokens/:token_id/rotate/',
  tag: 'Tokens',
  post: operation({
    id: 'tokens_rotate',
    summary: 'Replace a token by a new one',
    description:
      'The new one may do the same. The old one stays valid for a day, so that programs can change over.',
    since: '1.4',
    needsLogin: true,
    fields: ROTATION,
    mayConflict: true,
    status: 201,
    answer: NewTokenSchema,
    async handle(request) {
      const user = await userOf(request)
      const created = await rotateToken(
        request.db,
        request.actor,
        user,
        request.id('token_id'),
        async (db) => await readBody({ ...request, db }, ROTATION, true),
      )
      return await showCreated(request, created)
    },
  }),
}

async function readToken(request: AuthenticatedContext): Promise<NewToken> {
  const { name = '', scopes = [], ...limits } = await readBody(request, FIELDS, false)
  const { projects = null, contexts = null, expires = null } = limits
  return { name, scopes, projects, contexts, expires }
}

/** The account that the address names. Throws NotFound. */
async function userOf({ db, id }: RequestContext): Promise<UserRow> {
  return firstOrNotFound(await usersById(db, [id('id')]), 'User')
}

/** The same, if the caller may see its tokens. Throws Forbidden. */
async function tokenOwner(request: AuthenticatedContext): Promise<UserRow> {
  const user = await userOf(request)
  const botOf = await findProjectOfBot(request.db, user.id)
  if (!canManageTokens(await readAuthority(request), { id: user.id, botOf })) throw new Forbidden()
  return user
}

async function showCreated(
  request: RequestContext,
  { id, secret }: { id: number; secret: string },
): Promise<Static<typeof NewTokenSchema>> {
  const token = await getTokenOf(request.db, request.id('id'), id)
  return { ...describeToken(request, token), token: secret }
}

function describeToken({ response }: RequestContext, token: Token): Static<typeof TokenSchema> {
  const { id, userId, name, scopes, projects, contexts, created, expires, lastUsed } = token
  return {
    id,
    url: response.url(`/users/${userId}/tokens/${id}/`),
    name,
    scopes: [...(scopes ?? SCOPES)],
    projects: projects && linkNames({ response }, projects),
    contexts: contexts && [...contexts],
    created: response.date(created),
    expires: expires && response.date(expires),
    last_used: lastUsed && response.date(lastUsed),
    made_by: token.madeBy,
  }
}

function linkNames({ response }: Pick<RequestContext, 'response'>, ids: Iterable<number>): string[] {
  return [...ids].flatMap((id) => response.projects.get(id)?.link_name ?? [])
}

async function describeCaller(request: AuthenticatedContext): Promise<Static<typeof Caller>> {
  const { db, viewer, token, response } = request
  const user = firstOrNotFound(await usersById(db, [viewer.id]), 'User')
  const isValidFor = (id: number) => isWithinProjects(viewer, id)
  const maintains = [...viewer.maintains].filter(isValidFor)
  const checks = [...(viewer.checks ?? [])].filter(isValidFor)
  return {
    user: embedUser(response, user),
    token: token ? describeToken(request, token) : null,
    scopes: [...(token?.scopes ?? SCOPES)],
    maintains: linkNames(request, maintains),
    checks: linkNames(request, new Set([...maintains, ...checks])),
  }
}
