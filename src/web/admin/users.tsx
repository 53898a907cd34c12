import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { linkNewAddress } from '../../domain/people/commands.js'
import { addAccount } from '../../domain/users/commands.js'
import { searchUsers } from '../../domain/users/list.js'
import type { User } from '../../domain/users/queries.js'
import { invitationLetter } from '../../outbox/letters.js'
import { Conflict } from '../../util/errors.js'
import { askToConfirm } from '../account/mail-templates.js'
import { actorOf, type UserContext } from '../framework/auth-guard.js'
import { readFields, type Sent } from '../framework/fields.js'
import { type AppContext, redirectWith } from '../framework/request-context.js'
import { DateTime } from '../ui/date.js'
import { Layout } from '../ui/layout.js'
import { AddPage } from './add-page.js'
import { addAdminForm, addAdminPage } from './admin.js'
import { readSearch, SearchForm, SearchPages } from './search.js'
import { NEW_USER } from './user-fields.js'

const PATH = '/admin/users/'

/** All accounts, and one more. */
export function addUsersPages(appContext: AppContext): void {
  addAdminPage(appContext, PATH, listPage)
  addAdminPage(appContext, `${PATH}add/`, async (context) => addPage(context, { values: {}, problems: {} }))
  addAdminForm(appContext, `${PATH}add/`, add)
}

async function listPage(context: UserContext): Promise<VNode> {
  const search = readSearch(context)
  const { users, total } = await searchUsers(context.db, search)
  return (
    <Layout context={context} title="Users" styles={['admin.css']}>
      <div class="heading">
        <h1>Users</h1>
        <a class="button" href={`${PATH}add/`}>
          Add a user
        </a>
      </div>
      <SearchForm path={PATH} term={search.term} />
      {users.length === 0 && <p>No matches.</p>}
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

function addPage(context: UserContext, sent: Sent): VNode {
  return <AddPage context={context} title="Add a user" action={`${PATH}add/`} fields={NEW_USER} sent={sent} />
}

async function add(context: UserContext, form: URLSearchParams): Promise<VNode | FastifyReply> {
  const sent = readFields(NEW_USER, form)
  const refuse = (problems: Sent['problems']) => {
    void context.reply.code(400)
    return addPage(context, { ...sent, problems })
  }
  if (Object.keys(sent.problems).length > 0) return refuse(sent.problems)
  try {
    const id = await addInvited(context, sent)
    const text = `A mail is on its way to ${String(sent.values.email)}, to choose a password by.`
    return redirectWith(context, `${PATH}${id}/`, text)
  } catch (error) {
    if (error instanceof TakenAddress) return refuse({ email: error.message })
    if (!(error instanceof Conflict)) throw error
    return refuse({ username: error.message })
  }
}

/** The address of a new account is that of another. */
class TakenAddress extends Conflict {}

/** Adds an account that can be used only after its owner has followed the mailed link; returns its id. */
async function addInvited(context: UserContext, { values }: Sent): Promise<number> {
  const { db: database, mailBase: base, now } = context
  const [username, email] = [String(values.username), String(values.email)]
  return await transaction(database, async (db) => {
    const id = await addAccount(db, actorOf(context), {
      username,
      email,
      first_name: String(values.first_name),
      last_name: String(values.last_name),
      is_superuser: values.is_superuser === 1,
      password: '!',
      joined: now,
    })
    await tieAddress(db, context, email, { id, username })
    const letter = (link: string) => invitationLetter({ email, base, link, username })
    await askToConfirm(context, { type: 'password-reset', email, userId: id, letter }, db)
    return id
  })
}

/** Says that the address of a new account is its own. Throws TakenAddress. */
async function tieAddress(
  db: Database,
  context: UserContext,
  email: string,
  user: { id: number; username: string },
): Promise<void> {
  try {
    await linkNewAddress(db, actorOf(context), { email }, user)
  } catch (error) {
    throw error instanceof Conflict ? new TakenAddress(error.message) : error
  }
}
