import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import { NotFound } from '../../errors.js'
import { isMailAddress } from '../../mail-settings.js'
import { updateAccount } from '../../store/account.js'
import { projectsMaintainedBy } from '../../store/maintainer.js'
import { listPeopleOf } from '../../store/person.js'
import { searchUsers } from '../../store/search.js'
import { deleteSessionsOf, listSessions } from '../../store/session.js'
import { findUserById, type User } from '../../store/user.js'
import { DateTime } from '../components/date.js'
import { Fields } from '../components/fields.js'
import { Form } from '../components/form.js'
import { Layout } from '../components/layout.js'
import { OwnedCard } from '../components/owned-card.js'
import type { OwnVisit } from '../own.js'
import { numberParameter } from '../request.js'
import { type Mount, redirectWith } from '../visit.js'
import { addAdminForm, addAdminPage, audited } from './admin.js'
import { type Field, readFields, type Sent, valuesOf } from './fields.js'
import { readSearch, SearchForm, SearchPages } from './search.js'

const PATH = '/admin/users/'

const FIELDS: readonly Field[] = [
  { name: 'first_name', label: 'First name', kind: 'text' },
  { name: 'last_name', label: 'Last name', kind: 'text' },
  {
    name: 'email',
    label: 'Mail address',
    kind: 'text',
    isRequired: true,
    check: (text) => (isMailAddress(text) ? undefined : 'This is no mail address.'),
    help: 'Where a new password is sent.',
  },
  {
    name: 'is_superuser',
    label: 'Administrator',
    kind: 'flag',
    help: 'May change everything on these pages. Patches stay with those who maintain their project.',
  },
  {
    name: 'is_active',
    label: 'Open',
    kind: 'flag',
    help: 'A closed account is opened by no password and no token; whoever is logged in is logged out.',
  },
]

/** All accounts, and each with its rights. */
export function addUserPages(mount: Mount): void {
  addAdminPage(mount, PATH, listPage)
  addAdminPage(mount, `${PATH}:id/`, async (visit) => userPage(visit, await userParameter(visit)))
  addAdminForm(mount, `${PATH}:id/`, change)
  addAdminForm(mount, `${PATH}:id/sessions/end/`, endSessions)
}

async function userParameter({ db, request }: OwnVisit): Promise<User> {
  const user = await findUserById(db, numberParameter(request, 'id'))
  if (!user) throw new NotFound()
  return user
}

async function listPage(visit: OwnVisit): Promise<VNode> {
  const search = readSearch(visit)
  const { users, total } = await searchUsers(visit.db, search)
  return (
    <Layout visit={visit} title="Users" styles={['admin.css']}>
      <h1>Users</h1>
      <SearchForm path={PATH} term={search.term} />
      {users.length === 0 && <p>There is nobody of that name or address.</p>}
      {users.length > 0 && (
        <table class="list lines">
          <thead>
            <tr>
              <th>User</th>
              <th>Name</th>
              <th>Address</th>
              <th>Rights</th>
              <th>Last login</th>
            </tr>
          </thead>
          <tbody>
            {users.map((user) => (
              <UserLine user={user} />
            ))}
          </tbody>
        </table>
      )}
      <SearchPages path={PATH} term={search.term} page={search.page} total={total} />
    </Layout>
  )
}

function UserLine({ user }: { user: User }) {
  const { id, username, email, first_name, last_name, is_active, is_superuser, last_login } = user
  return (
    <tr>
      <td>
        <a href={`${PATH}${id}/`}>
          <bdi>{username}</bdi>
        </a>
      </td>
      <td>
        <bdi>{`${first_name} ${last_name}`.trim()}</bdi>
      </td>
      <td>
        <bdi>{email}</bdi>
      </td>
      <td>
        {is_superuser === 1 && 'administrator '}
        {is_active === 0 && <span class="muted">closed</span>}
      </td>
      <td class="narrow">{last_login && <DateTime time={last_login} isShort />}</td>
    </tr>
  )
}

async function userPage(visit: OwnVisit, user: User, problem?: Sent): Promise<VNode> {
  const { db, now, projects } = visit
  const maintains = await projectsMaintainedBy(db, user.id)
  return (
    <Layout visit={visit} title={user.username} styles={['admin.css']}>
      <h1>
        <bdi>{user.username}</bdi>
      </h1>
      <div class="sides">
        <section class="card">
          <h2>The account</h2>
          <Form visit={visit} action={`${PATH}${user.id}/`}>
            <Fields fields={FIELDS} sent={problem ?? { values: valuesOf(FIELDS, user), problems: {} }} />
            <div class="actions">
              <button class="main">Save</button>
            </div>
          </Form>
        </section>
        <OwnedCard
          visit={visit}
          user={user}
          maintained={projects.filter(({ id }) => maintains.has(id))}
          people={await listPeopleOf(db, user.id)}
          sessions={await listSessions(db, user.id, now, '')}
        />
      </div>
    </Layout>
  )
}

async function change(visit: OwnVisit, form: URLSearchParams): Promise<VNode | FastifyReply> {
  const user = await userParameter(visit)
  const sent = withOwnRights(visit, user, readFields(FIELDS, form))
  if (Object.keys(sent.problems).length > 0) {
    void visit.reply.code(400)
    return await userPage(visit, user, sent)
  }
  await audited(visit, async (db) => {
    await updateAccount(db, user.id, sent.values)
    const before = valuesOf(FIELDS, user)
    return { action: 'change', kind: 'user', name: user.username, before, after: sent.values }
  })
  return redirectWith(visit, `${PATH}${user.id}/`, 'The account is saved.')
}

/** Nobody locks themselves out: that would leave a site that nobody can administer. */
function withOwnRights({ viewer }: OwnVisit, user: User, sent: Sent): Sent {
  if (user.id !== viewer.id) return sent
  const problems: Record<string, string> = { ...sent.problems }
  for (const name of ['is_superuser', 'is_active'])
    if (sent.values[name] !== 1) problems[name] = 'This cannot be taken from your own account.'
  return { ...sent, problems }
}

async function endSessions(visit: OwnVisit): Promise<FastifyReply> {
  const user = await userParameter(visit)
  await audited(visit, async (db) => {
    await deleteSessionsOf(db, user.id)
    return { action: 'end sessions', kind: 'user', name: user.username }
  })
  // One's own session ends as well.
  return redirectWith(visit, `${PATH}${user.id}/`, `${user.username} is logged in nowhere now.`)
}
