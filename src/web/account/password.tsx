import type { VNode } from 'preact'
import { logIn } from '../../auth/login.js'
import { passwordProblem } from '../../auth/password-policy.js'
import { SESSION_COOKIE, secretIn } from '../../auth/session.js'
import { isMailAddress } from '../../config/mail-settings.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import type { Actor } from '../../domain/actor.js'
import { findToken } from '../../domain/tokens/queries.js'
import type { RetainedAccess } from '../../domain/users/commands.js'
import { findUserById, listActiveUsersOf, requireUnchanged, type User } from '../../domain/users/queries.js'
import { resetLetter } from '../../outbox/letters.js'
import { setPasswordAndNotify } from '../../outbox/password-change.js'
import { addressOf } from '../../server/rate-limit.js'
import { Forbidden, TooMany } from '../../util/errors.js'
import { actorOf, addUserForm, addUserPage, type UserContext } from '../framework/auth-guard.js'
import {
  type AppContext,
  addForm,
  addPage,
  type RequestContext,
  redirectWith,
  withForms,
} from '../framework/request-context.js'
import { CheckField, EmailField, Form, TextField } from '../ui/form.js'
import { Layout } from '../ui/layout.js'
import { askToConfirm, countMailRequest } from './mail-templates.js'
import { rememberBrowser } from './start-session.js'

/** Changing a password, and getting a new one where it is forgotten. */
export function addPasswordPages(appContext: AppContext): void {
  addUserPage(appContext, '/user/password-change/', async (context) => {
    const hasToken = (await findToken(context.db, context.viewer.id)) !== undefined
    return <ChangePage context={context} problems={{}} hasToken={hasToken} />
  })
  addUserForm(appContext, '/user/password-change/', changePassword)
  addPage(appContext, '/user/password-reset/', async (context) => <ResetPage context={withForms(context)} />)
  addForm(appContext, '/user/password-reset/', askForReset)
  // Paths of the Python Patchwork, and links in its mail, whose signatures only it could verify.
  for (const [old, path] of [
    ['/user/password-change/done/', '/user/'],
    ['/user/password-reset/mail-sent/', '/user/password-reset/'],
    ['/user/password-reset/complete/', '/user/login/'],
    ['/user/password-reset/:uid/:token/', '/user/password-reset/'],
  ] as const)
    addPage(appContext, old, async ({ reply }) => reply.redirect(path))
}

/** Error messages by field name. */
type Problems = Readonly<Record<string, string | undefined>>

/** Problems of a new password by field name. */
export function problemsOfNew(user: User, form: URLSearchParams): Record<string, string> {
  const password = form.get('password') ?? ''
  const { username, first_name, last_name, email } = user
  const complaint = passwordProblem(password, [username, first_name, last_name, email])
  if (complaint !== undefined) return { password: complaint }
  return password === form.get('again') ? {} : { again: 'The two passwords are not the same.' }
}

interface NewSecret {
  user: User
  actor: Actor
  password: string
  kept?: RetainedAccess
  /** Runs first in the transaction that sets the password; if it returns false or throws, nothing changes. */
  requires?: (db: Database) => Promise<boolean>
}

/** Sets a password as `setPasswordAndNotify` does, if `requires` allows it. Says whether it was set. */
export async function setPassword(
  { db: database, auth, mailBase: base }: RequestContext,
  { user, actor, password, kept, requires }: NewSecret,
): Promise<boolean> {
  // Hashed before the transaction, which blocks all other writers, and before anything is spent.
  const hash = await auth.passwords.hash(password)
  return await transaction(database, async (db) => {
    if (requires && !(await requires(db))) return false
    await setPasswordAndNotify(db, { user, actor, hash, kept, base })
    return true
  })
}

async function changePassword(context: UserContext, form: URLSearchParams) {
  const { db, viewer, request, reply } = context
  const keepsTokens = form.get('keep_tokens') === 'on'
  const old = await verifyOld(context, form.get('old') ?? '')
  const problems = { ...problemsOfNew(viewer, form), ...('old' in old ? old : {}) }
  if ('old' in old || Object.keys(problems).length > 0) {
    void reply.code(400)
    const hasToken = (await findToken(db, viewer.id)) !== undefined
    return <ChangePage context={context} problems={problems} hasToken={hasToken} keepsTokens={keepsTokens} />
  }
  await setPassword(context, {
    user: old.verified,
    actor: actorOf(context),
    password: form.get('password') ?? '',
    kept: { session: secretIn(request, SESSION_COOKIE), tokens: keepsTokens },
    requires: async (inner) => {
      await requireUnchanged(inner, old.verified)
      return true
    },
  })
  const changed = await findUserById(db, viewer.id)
  if (changed) rememberBrowser(context, changed)
  const tokens = keepsTokens ? 'API tokens still work' : 'API tokens are revoked'
  return redirectWith(
    context,
    '/user/',
    `Your password is changed. Other browsers are logged out; ${tokens}.`,
  )
}

/** Verifies the old password, or returns the problem: a session may be a browser that was left open. */
async function verifyOld(
  { db, auth, viewer, request, now }: UserContext,
  password: string,
): Promise<{ verified: User } | { old: string }> {
  try {
    const credentials = { username: viewer.username, password, address: addressOf(request), isLoggedIn: true }
    return { verified: await logIn(db, auth, credentials, new Date(`${now}Z`)) }
  } catch (error) {
    if (error instanceof TooMany) return { old: 'There were too many wrong passwords. Try again later.' }
    if (error instanceof Forbidden) return { old: 'This is not your password.' }
    throw error
  }
}

/** Every address gets the same answer, so that it does not reveal which ones have accounts. */
async function askForReset(context: RequestContext, form: URLSearchParams): Promise<VNode> {
  const email = (form.get('email') ?? '').trim()
  if (!isMailAddress(email)) {
    void context.reply.code(400)
    return <ResetPage context={withForms(context)} email={email} problem="This is not a mail address." />
  }
  await countMailRequest(context)
  await transaction(context.db, async (db) => {
    const users = await listActiveUsersOf(db, email)
    for (const user of users.length > 0 ? users : [undefined]) {
      const letter = (link: string) => user && resetLetter({ ...user, base: context.mailBase, link })
      const asked = { email: user?.email ?? email, userId: user?.id, letter }
      await askToConfirm(context, { ...asked, type: 'password-reset' }, db)
    }
  })
  return (
    <Layout context={context} title="A new password" styles={['account.css']}>
      <div class="entry">
        <h1>A new password</h1>
        <p>
          If <b>{email}</b> has an account here, a mail is on its way to it. Follow the link in it within a
          day.
        </p>
      </div>
    </Layout>
  )
}

function ResetPage({
  context,
  email,
  problem,
}: {
  context: RequestContext
  email?: string
  problem?: string
}) {
  return (
    <Layout context={context} title="A new password" styles={['account.css']}>
      <div class="entry">
        <h1>A new password</h1>
        <p>A link to set a new password is sent to the address that your account has.</p>
        <Form context={context} action="/user/password-reset/">
          <EmailField value={email} error={problem} />
          <div class="actions">
            <button class="main">Send the link</button>
          </div>
        </Form>
      </div>
    </Layout>
  )
}

interface ChangeProps {
  context: UserContext
  problems: Problems
  hasToken: boolean
  keepsTokens?: boolean
}

function ChangePage({ context, problems, hasToken, keepsTokens = false }: ChangeProps) {
  return (
    <Layout context={context} title="Change password" styles={['account.css']}>
      <div class="entry">
        <h1>Change password</h1>
        <Form context={context} action="/user/password-change/">
          <input type="text" name="username" value={context.viewer.username} autoComplete="username" hidden />
          <TextField
            name="old"
            label="Old password"
            type="password"
            error={problems.old}
            isRequired
            autocomplete="current-password"
          />
          <NewPassword problems={problems} />
          {hasToken && (
            <CheckField
              name="keep_tokens"
              label="Keep my API token"
              isChecked={keepsTokens}
              help="Otherwise it is revoked. Keep it only if nobody else can know it."
            />
          )}
          <div class="actions">
            <button class="main">Change password</button>
          </div>
        </Form>
      </div>
    </Layout>
  )
}

/** The two fields that a new password is typed into. */
export function NewPassword({ label = 'New password', problems }: { label?: string; problems: Problems }) {
  return (
    <>
      <TextField
        name="password"
        label={label}
        type="password"
        error={problems.password}
        isRequired
        autocomplete="new-password"
        help="At least 10 characters, and not a common password."
      />
      <TextField
        name="again"
        label={`${label} once more`}
        type="password"
        error={problems.again}
        isRequired
        autocomplete="new-password"
      />
    </>
  )
}
