import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import { isMailAddress } from '../../config/mail-settings.js'
import { listPeopleOf } from '../../domain/people/queries.js'
import { projectsMaintainedBy } from '../../domain/projects/maintainers.js'
import { revokeTokens } from '../../domain/tokens/commands.js'
import { findToken } from '../../domain/tokens/queries.js'
import { changeAccount, endSessions, sendPasswordLink } from '../../domain/users/commands.js'
import { findUserById, type User } from '../../domain/users/queries.js'
import { listSessions } from '../../domain/users/sessions.js'
import { passwordLetter } from '../../outbox/letters.js'
import { Conflict, EditConflict, NotFound } from '../../util/errors.js'
import { askToConfirm } from '../account/mail-templates.js'
import { problemsOfNew, setPassword } from '../account/password.js'
import { actorOf, type UserContext } from '../framework/auth-guard.js'
import { changedValues, inConflict, readFields, type Sent, unchanged } from '../framework/fields.js'
import { numberParameter } from '../framework/parameters.js'
import { type AppContext, redirectWith } from '../framework/request-context.js'
import { Fields } from '../ui/fields.js'
import { Form } from '../ui/form.js'
import { Layout } from '../ui/layout.js'
import { addAdminForm, addAdminPage } from './admin.js'
import { OwnedCard } from './owned-card.js'
import { UserAccessCard } from './user-access-card.js'
import { USER } from './user-fields.js'

const PATH = '/admin/users/'

/** One account: its fields, its rights, and its password, tokens and sessions. */
export function addUserPages(appContext: AppContext): void {
  addAdminPage(appContext, `${PATH}:id/`, async (context) => userPage(context, await userParameter(context)))
  addAdminForm(appContext, `${PATH}:id/`, change)
  addAdminForm(appContext, `${PATH}:id/sessions/end/`, logOut)
  addAdminForm(appContext, `${PATH}:id/revoke-token/`, revokeToken)
  addAdminForm(appContext, `${PATH}:id/password/`, choosePassword)
  addAdminForm(appContext, `${PATH}:id/password-reset/`, sendLink)
}

/** The account that the path names. Throws NotFound. */
export async function userParameter({ db, request }: UserContext): Promise<User> {
  const user = await findUserById(db, numberParameter(request, 'id'))
  if (!user) throw new NotFound()
  return user
}

/** Problems of a submitted account form, or of a new password. */
interface Problems {
  sent?: Sent
  password?: Readonly<Record<string, string>>
}

async function userPage(context: UserContext, user: User, { sent, password }: Problems = {}): Promise<VNode> {
  const { db, now, projects } = context
  const maintains = await projectsMaintainedBy(db, user.id)
  return (
    <Layout context={context} title={user.username} styles={['admin.css']}>
      <h1>
        <bdi>{user.username}</bdi>
      </h1>
      <div class="sides">
        <section class="card">
          <h2>The account</h2>
          <Form context={context} action={`${PATH}${user.id}/`}>
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
            context={context}
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

async function change(context: UserContext, form: URLSearchParams): Promise<VNode | FastifyReply> {
  const user = await userParameter(context)
  const sent = withOwnRights(context, user, readFields(USER, form, user))
  const refuse = async (problems: Sent['problems']) => {
    void context.reply.code(400)
    return await userPage(context, user, { sent: { ...sent, problems } })
  }
  if (Object.keys(sent.problems).length > 0) return await refuse(sent.problems)
  try {
    await changeAccount(context.db, actorOf(context), user.id, changedValues(sent), sent.shown)
  } catch (error) {
    if (error instanceof EditConflict) {
      void context.reply.code(409)
      return await userPage(context, user, { sent: inConflict(USER, sent, error) })
    }
    if (!(error instanceof Conflict)) throw error
    return await refuse({ username: error.message })
  }
  return redirectWith(context, `${PATH}${user.id}/`, 'The account is saved.')
}

/** Administrators cannot lock themselves out: the site might be left without one. */
function withOwnRights({ viewer }: UserContext, user: User, sent: Sent): Sent {
  if (user.id !== viewer.id) return sent
  const problems: Record<string, string> = { ...sent.problems }
  for (const name of ['is_superuser', 'is_active'])
    if (sent.values[name] !== 1) problems[name] = 'You cannot remove this from your own account.'
  return { ...sent, problems }
}

async function logOut(context: UserContext): Promise<FastifyReply> {
  const user = await userParameter(context)
  await endSessions(context.db, actorOf(context), user)
  // One's own session ends as well.
  return redirectWith(context, `${PATH}${user.id}/`, `${user.username} is logged in nowhere now.`)
}

async function revokeToken(context: UserContext): Promise<FastifyReply> {
  const user = await userParameter(context)
  const isDone = await revokeTokens(context.db, actorOf(context), user)
  const text = isDone ? 'The token is revoked.' : `${user.username} has no token.`
  return redirectWith(context, `${PATH}${user.id}/`, text, !isDone)
}

/** The owner gets a letter, so that no change goes unnoticed. */
async function choosePassword(context: UserContext, form: URLSearchParams): Promise<VNode | FastifyReply> {
  const user = await userParameter(context)
  const problems = problemsOfNew(user, form)
  if (Object.keys(problems).length > 0) {
    void context.reply.code(400)
    return await userPage(context, user, { password: problems })
  }
  await setPassword(context, { user, actor: actorOf(context), password: form.get('password') ?? '' })
  const text = 'The password is set. All sessions of the account ended, and its API tokens are revoked.'
  return redirectWith(context, `${PATH}${user.id}/`, text)
}

async function sendLink(context: UserContext): Promise<FastifyReply> {
  const { mailBase: base } = context
  const user = await userParameter(context)
  const { id: userId, email } = user
  const back = `${PATH}${userId}/`
  if (user.is_active !== 1) return redirectWith(context, back, 'This account is closed; open it first.', true)
  if (!isMailAddress(email)) return redirectWith(context, back, 'This account has no mail address.', true)
  const letter = (link: string) => passwordLetter({ ...user, base, link })
  const isSent = await sendPasswordLink(context.db, actorOf(context), user, (db) =>
    askToConfirm(context, { type: 'password-reset', email, userId, letter }, db),
  )
  return isSent
    ? redirectWith(context, back, `A mail with a link is on its way to ${email}.`)
    : redirectWith(context, back, `${email} got enough mail from us in the last hour; nothing is sent.`, true)
}
