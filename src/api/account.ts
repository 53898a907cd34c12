import { NotFound } from '../errors.js'
import { canSeeAccounts, canSeeSettings } from '../policy.js'
import { inOrder } from '../store/page.js'
import { peopleById, type PersonDetailRow, type UserRow, usersById } from '../store/read.js'
import type { At } from './answer.js'
import { embedPerson, embedUser } from './embedded.js'
import { addResource, type Asked, type Listing, listPage, type Mount, only } from './resource.js'
import { type Shape, since } from './versions.js'

const USER: Shape = { settings: since('1.2') }

const USERS: Listing = {
  table: 'users',
  filters: {},
  order: { id: 'id', username: 'username', email: 'email' },
  defaultOrder: 'id',
  search: ['username', 'first_name', 'last_name', 'email'],
}

const PEOPLE: Listing = {
  table: 'people',
  filters: {},
  order: { id: 'id', name: 'name', email: 'email' },
  defaultOrder: 'id',
  search: ['name', 'email'],
}

/** `/users/` and `/people/`; both for those who have logged in. */
export function addAccounts(mount: Mount): void {
  addResource(mount, '/users/', 'GET', USER, async (asked, reply) => {
    requireLogin(asked)
    const ids = await listPage(asked, reply, USERS, '/users/')
    return inOrder(ids, await usersById(asked.db, ids)).map((user) => embedUser(asked.at, user))
  })
  addResource(mount, '/users/:id/', 'GET, PUT, PATCH', USER, async (asked) => {
    requireLogin(asked)
    const user = only(await usersById(asked.db, [asked.id('id')]), 'User')
    const settings = canSeeSettings(asked.viewer, user) ? { settings: toSettings(user) } : {}
    return { ...embedUser(asked.at, user), ...settings }
  })
  addResource(mount, '/people/', 'GET', {}, async (asked, reply) => {
    requireLogin(asked)
    const ids = await listPage(asked, reply, PEOPLE, '/people/')
    return await toPeople(asked, inOrder(ids, await peopleById(asked.db, ids)))
  })
  addResource(mount, '/people/:id/', 'GET', {}, async (asked) => {
    requireLogin(asked)
    const person = only(await peopleById(asked.db, [asked.id('id')]), 'Person')
    return (await toPeople(asked, [person]))[0]
  })
}

/** As the API guide has it: what needs a login is not there without one. */
function requireLogin({ viewer }: Asked): void {
  if (!canSeeAccounts(viewer)) throw new NotFound()
}

function toSettings(user: UserRow) {
  return {
    send_email: user.send_email === 1,
    items_per_page: user.items_per_page,
    show_ids: user.show_ids === 1,
  }
}

async function toPeople({ db, at }: Asked, rows: readonly PersonDetailRow[]) {
  const users = new Map(
    (
      await usersById(
        db,
        rows.flatMap(({ user_id }) => user_id ?? []),
      )
    ).map((user) => [user.id, user]),
  )
  return rows.map((row) => toPerson(at, row, users))
}

function toPerson(
  at: At,
  { id, name, email, user_id }: PersonDetailRow,
  users: ReadonlyMap<number, UserRow>,
) {
  const user = user_id === null ? undefined : users.get(user_id)
  return { ...embedPerson(at, id, name, email), user: user ? embedUser(at, user) : null }
}
