import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import { isMailAddress } from '../../config/mail-settings.js'
import { listPeopleOf } from '../../domain/people/people.js'
import { projectsMaintainedBy } from '../../domain/projects/maintainers.js'
import { changeAccount, endSessions, revokeTokens } from '../../domain/users/commands.js'
import { listSessions } from '../../domain/users/sessions.js'
import { findToken, findUserById, type User } from '../../domain/users/users.js'
import { passwordLetter } from '../../outbox/letters.js'
import { Conflict, EditConflict, NotFound } from '../../util/errors.js'
import { askToConfirm } from '../account/mail-templates.js'
import { problemsOfNew, setPassword } from '../account/password.js'
import { actorOf, type OwnVisit } from '../framework/auth-guard.js'
import { changedValues, inConflict, readFields, type Sent, unchanged } from '../framework/fields.js'
import { numberParameter } from '../framework/parameters.js'
import { type Mount, redirectWith } from '../framework/request-context.js'
import { Fields } from '../ui/fields.js'
import { Form } from '../ui/form.js'
import { Layout } from '../ui/layout.js'
import { addAdminForm, addAdminPage } from './admin.js'
import { OwnedCard } from './owned-card.js'
import { UserAccessCard } from './user-access-card.js'
import { USER } from './user-fields.js'

const PATH = '/admin/users/'

/** One account: what is said of it, its rights, and what opens it. */
export function addUserPages(mount: Mount): void {
  addAdminPage(mount, `${PATH}:id/`, async (visit) => userPage(visit, await userParameter(visit)))
  addAdminForm(mount, `${PATH}:id/`, change)
  addAdminForm(mount, `${PATH}:id/sessions/end/`, logOut)
  addAdminForm(mount, `${PATH}:id/revoke-token/`, revokeToken)
  addAdminForm(mount, `${PATH}:id/password/`, choosePassword)
  addAdminForm(mount, `${PATH}:id/password-reset/`, sendLink)
}

/** The account that the path names. Throws NotFound. */
export async function userParameter({ db, request }: OwnVisit): Promise<User> {
  const user = await findUserById(db, numberParameter(request, 'id'))
  if (!user) throw new NotFound()
  return user
}

/** What is wrong with what was sent of an account, or with a new password for it. */
interface Problems {
  sent?: Sent
  password?: Readonly<Record<string, string>>
}

async function userPage(visit: OwnVisit, user: User, { sent, password }: Problems = {}): Promise<VNode> {
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
            <Fields fields={USER} sent={sent ?? unchanged(USER, user)} />
            <div class="actions">
              <button class="main">Save</button>
            </div>
          </Form>
        </section>
        <div>
          <OwnedCard
            user={user}
            maintained={projects.filter(({ id }) => maintains.has(id))}
            people={await listPeopleOf(db, user.id)}
          />
          <UserAccessCard
            visit={visit}
            user={user}
            sessions={await listSessions(db, user.id, now, '')}
            token={await findToken(db, user.id)}
            problems={password}
          />
        </div>
      </div>
    </Layout>
  )
}

async function change(visit: OwnVisit, form: URLSearchParams): Promise<VNode | FastifyReply> {
  const user = await userParameter(visit)
  const sent = withOwnRights(visit, user, readFields(USER, form, user))
  const refuse = async (problems: Sent['problems']) => {
    void visit.reply.code(400)
    return await userPage(visit, user, { sent: { ...sent, problems } })
  }
  if (Object.keys(sent.problems).length > 0) return await refuse(sent.problems)
  try {
    await changeAccount(visit.db, actorOf(visit), user.id, changedValues(sent), sent.shown)
  } catch (error) {
    if (error instanceof EditConflict) {
      void visit.reply.code(409)
      return await userPage(visit, user, { sent: inConflict(USER, sent, error) })
    }
    if (!(error instanceof Conflict)) throw error
    return await refuse({ username: error.message })
  }
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

async function logOut(visit: OwnVisit): Promise<FastifyReply> {
  const user = await userParameter(visit)
  await endSessions(visit.db, actorOf(visit), user)
  // One's own session ends as well.
  return redirectWith(visit, `${PATH}${user.id}/`, `${user.username} is logged in nowhere now.`)
}

async function revokeToken(visit: OwnVisit): Promise<FastifyReply> {
  const user = await userParameter(visit)
  const isDone = await revokeTokens(visit.db, actorOf(visit), user)
  const text = isDone ? 'The token opens nothing any more.' : `${user.username} has no token.`
  return redirectWith(visit, `${PATH}${user.id}/`, text, !isDone)
}

/** Its owner is told, so that nobody does it unnoticed. */
async function choosePassword(visit: OwnVisit, form: URLSearchParams): Promise<VNode | FastifyReply> {
  const user = await userParameter(visit)
  const problems = problemsOfNew(user, form)
  if (Object.keys(problems).length > 0) {
    void visit.reply.code(400)
    return await userPage(visit, user, { password: problems })
  }
  await setPassword(visit, { user, actor: actorOf(visit), password: form.get('password') ?? '' })
  const text = 'The password is set. All sessions of the account ended, and its API tokens are revoked.'
  return redirectWith(visit, `${PATH}${user.id}/`, text)
}

async function sendLink(visit: OwnVisit): Promise<FastifyReply> {
  const { mailBase: base } = visit
  const user = await userParameter(visit)
  const { id: userId, email } = user
  const back = `${PATH}${userId}/`
  if (user.is_active !== 1) return redirectWith(visit, back, 'This account is closed; open it first.', true)
  if (!isMailAddress(email)) return redirectWith(visit, back, 'This account has no mail address.', true)
  const letter = (link: string) => passwordLetter({ ...user, base, link })
  const isSent = await askToConfirm(visit, { type: 'password-reset', email, userId, letter })
  return isSent
    ? redirectWith(visit, back, `A mail with a link is on its way to ${email}.`)
    : redirectWith(visit, back, `${email} got enough mail from us in the last hour; nothing is sent.`, true)
}
