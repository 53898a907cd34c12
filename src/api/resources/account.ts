import { type Static, Type } from 'typebox'
import { canSeeSettings } from '../../auth/permissions.js'
import { inOrder } from '../../db/pagination.js'
import { listPersonIds, type PersonFilter, type PersonOrder } from '../../domain/people/filter.js'
import { type PersonDetailRow, peopleById } from '../../domain/people/queries.js'
import { changeProfile } from '../../domain/users/commands.js'
import { listUserIds, type UserFilter, type UserOrder } from '../../domain/users/filter.js'
import { type UserRow, usersById } from '../../domain/users/queries.js'
import { MAX_ITEMS_PER_PAGE, MAX_NAME } from '../../domain/users/rules.js'
import { EmbeddedPerson, EmbeddedUser, embedPerson, embedUser, userFields } from '../framework/embedded.js'
import { addedIn, count, flag as flagField, text as textField, within } from '../framework/fields.js'
import { answerList } from '../framework/list-budget.js'
import type { Listing } from '../framework/listing.js'
import { operation, type Resource } from '../framework/operation.js'
import {
  type AuthenticatedContext,
  firstOrNotFound,
  type RequestContext,
  readBody,
} from '../framework/request-context.js'
import { flag, number, orNull } from '../framework/schema.js'
import { since } from '../framework/versions.js'

const User = Type.Object(userFields, { $id: 'User', description: 'Somebody with an account.' })

const UserDetail = Type.Object(
  {
    ...userFields,
    settings: since(
      '1.2',
      Type.Optional(
        Type.Object(
          {
            send_email: flag('Whether they get mail about what they do themselves.'),
            items_per_page: number('How many rows their pages have; 0: the usual number.'),
            show_ids: flag('Whether their lists show numbers.'),
          },
          { description: 'How they want things to be; shown to themselves alone.' },
        ),
      ),
    ),
  },
  { $id: 'UserDetail', description: 'Somebody with an account, as they see themselves.' },
)

const Person = Type.Object(
  {
    ...EmbeddedPerson.properties,
    user: orNull(EmbeddedUser, 'Whose address it is, if they have an account.'),
  },
  { $id: 'Person', description: 'An address that mail came from.' },
)

/** One line of text; src/domain/users/rules.ts has the rule. */
const NAME = {
  max: MAX_NAME,
  mayBeBlank: true,
  keywords: { pattern: '^[^\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]*$' },
}

const FIELDS = {
  first_name: textField('First name.', NAME),
  last_name: textField('Last name.', NAME),
  settings: addedIn(
    '1.2',
    within('How you want things to be.', {
      send_email: flagField('Whether you get mail about what you do yourself.'),
      items_per_page: count('How many rows your pages have; 0: the usual number.', MAX_ITEMS_PER_PAGE),
      show_ids: flagField('Whether your lists show numbers.'),
    }),
  ),
}

const USER_LISTING: Listing<UserFilter, UserOrder> = {
  list: listUserIds,
  filters: {},
  order: { id: 'id', username: 'username', email: 'email' },
  defaultOrder: 'id',
  isSearched: true,
}

const PEOPLE_LISTING: Listing<PersonFilter, PersonOrder> = {
  list: listPersonIds,
  filters: {},
  order: { id: 'id', name: 'name', email: 'email' },
  defaultOrder: 'id',
  isSearched: true,
}

export const USERS: Resource = {
  path: '/users/',
  tag: 'Users',
  get: operation({
    id: 'users_list',
    summary: 'List users',
    description: 'Everybody with an account.',
    needsLogin: true,
    refusal: 'hidden',
    listing: USER_LISTING,
    answer: Type.Array(User),
    async handle(request, reply) {
      return await answerList(request, reply, {
        listing: USER_LISTING,
        path: '/users/',
        describe: async (ids) =>
          inOrder(ids, await usersById(request.db, ids)).map((user) => embedUser(request.response, user)),
      })
    },
  }),
}

export const USER: Resource = {
  path: '/users/:id/',
  tag: 'Users',
  get: operation({
    id: 'users_read',
    summary: 'Show a user',
    description: 'Yourself with your settings, others without.',
    needsLogin: true,
    refusal: 'hidden',
    answer: UserDetail,
    handle: showUser,
  }),
  put: operation({
    id: 'users_update',
    summary: 'Replace what can be said of yourself',
    description: 'User name and mail address stay as they are.',
    needsLogin: true,
    fields: FIELDS,
    answer: UserDetail,
    handle: (request) => changeUser(request, false),
  }),
  patch: operation({
    id: 'users_partial_update',
    summary: 'Change what is said of yourself',
    description: 'Fields that are left out stay as they are, and so do user name and mail address.',
    needsLogin: true,
    fields: FIELDS,
    isPartial: true,
    answer: UserDetail,
    handle: (request) => changeUser(request, true),
  }),
}

export const PEOPLE: Resource = {
  path: '/people/',
  tag: 'People',
  get: operation({
    id: 'people_list',
    summary: 'List people',
    description: 'Everybody who has sent mail.',
    needsLogin: true,
    refusal: 'hidden',
    listing: PEOPLE_LISTING,
    answer: Type.Array(Person),
    async handle(request, reply) {
      return await answerList(request, reply, {
        listing: PEOPLE_LISTING,
        path: '/people/',
        describe: async (ids) => toPeople(request, inOrder(ids, await peopleById(request.db, ids))),
      })
    },
  }),
}

export const PERSON: Resource = {
  path: '/people/:id/',
  tag: 'People',
  get: operation({
    id: 'people_read',
    summary: 'Show a person',
    description: 'Somebody who has sent mail.',
    needsLogin: true,
    refusal: 'hidden',
    answer: Person,
    async handle(request) {
      const row = firstOrNotFound(await peopleById(request.db, [request.id('id')]), 'Person')
      const [person] = await toPeople(request, [row])
      return person as Static<typeof Person>
    },
  }),
}

async function showUser(request: AuthenticatedContext): Promise<Static<typeof UserDetail>> {
  const user = firstOrNotFound(await usersById(request.db, [request.id('id')]), 'User')
  const settings = canSeeSettings(request.viewer, user) ? { settings: toSettings(user) } : {}
  return { ...embedUser(request.response, user), ...settings }
}

async function changeUser(
  request: AuthenticatedContext,
  isPartial: boolean,
): Promise<Static<typeof UserDetail>> {
  const { id } = firstOrNotFound(await usersById(request.db, [request.id('id')]), 'User')
  await changeProfile(request.db, request.actor, id, async (db) => {
    const { settings, ...names } = await readBody({ ...request, db }, FIELDS, isPartial)
    return { ...names, ...settings }
  })
  return await showUser(request)
}

function toSettings(user: UserRow) {
  return {
    send_email: user.send_email === 1,
    items_per_page: user.items_per_page,
    show_ids: user.show_ids === 1,
  }
}

async function toPeople(
  { db, response }: RequestContext,
  rows: readonly PersonDetailRow[],
): Promise<Static<typeof Person>[]> {
  const owners = await usersById(db, [...new Set(rows.flatMap(({ user_id }) => user_id ?? []))])
  const users = new Map(owners.map((user) => [user.id, user]))
  return rows.map((row) => {
    const user = row.user_id === null ? undefined : users.get(row.user_id)
    return { ...embedPerson(response, row), user: user ? embedUser(response, user) : null }
  })
}
