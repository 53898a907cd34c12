import type { VNode } from 'preact'
import { transaction } from '../../db/transaction.js'
import { Forbidden, TooMany } from '../../errors.js'
import { addressOf } from '../../http/rate-limit.js'
import { logIn } from '../../login.js'
import { isMailAddress } from '../../mail-settings.js'
import { passwordChangedLetter, resetLetter } from '../../notify/letters.js'
import { hashPassword } from '../../password.js'
import { complaintAbout } from '../../password-rules.js'
import { secretIn, SESSION_COOKIE } from '../../session.js'
import type { Actor } from '../../store/audit.js'
import { changePassword as change } from '../../store/audited/account.js'
import { insertMail } from '../../store/outbox.js'
import { listActiveUsersOf, type User } from '../../store/user.js'
import { askToConfirm, countLetter } from '../account/letters.js'
import { Form, TextField } from '../components/form.js'
import { Layout } from '../components/layout.js'
import { actorOf, addOwnForm, addOwnPage, type OwnVisit } from '../own.js'
import { addForm, addPage, type Mount, redirectWith, type Visit } from '../visit.js'

/** Changing a password, and getting a new one where it is forgotten. */
export function addPasswordPages(mount: Mount): void {
  addOwnPage(mount, '/user/password-change/', async (visit) => <ChangePage visit={visit} problems={{}} />)
  addOwnForm(mount, '/user/password-change/', changePassword)
  addPage(mount, '/user/password-reset/', async (visit) => <ResetPage visit={visit} />)
  addForm(mount, '/user/password-reset/', askForReset)
  // What the pages of the Python Patchwork led to, and links of its mails, which only it could check.
  for (const [old, path] of [
    ['/user/password-change/done/', '/user/'],
    ['/user/password-reset/mail-sent/', '/user/password-reset/'],
    ['/user/password-reset/complete/', '/user/login/'],
    ['/user/password-reset/:uid/:token/', '/user/password-reset/'],
  ] as const)
    addPage(mount, old, async ({ reply }) => reply.redirect(path))
}

/** What is wrong, by the name of the field. */
type Problems = Readonly<Record<string, string | undefined>>

/** What is wrong with a password that somebody chooses, by the name of its field. */
export function problemsOfNew(user: User, form: URLSearchParams): Record<string, string> {
  const password = form.get('password') ?? ''
  const { username, first_name, last_name, email } = user
  const complaint = complaintAbout(password, [username, first_name, last_name, email])
  if (complaint !== undefined) return { password: complaint }
  return password === form.get('again') ? {} : { again: 'The two passwords are not the same.' }
}

/**
 * Sets a password: its owner is told, links that would set another are worth nothing any more, and everybody who is
 * logged in with the old one is logged out, except for the session `kept`.
 */
export async function setPassword(
  { db: database, mailBase: base, now }: Visit,
  actor: Actor,
  user: User,
  password: string,
  kept?: string,
): Promise<void> {
  const hash = await hashPassword(password)
  await transaction(database, async (db) => {
    await change(db, actor, user, hash, kept)
    if (isMailAddress(user.email)) await insertMail(db, passwordChangedLetter({ ...user, base }), now)
  })
}

async function changePassword(visit: OwnVisit, form: URLSearchParams) {
  const { viewer, request, reply } = visit
  const problems = { ...problemsOfNew(viewer, form), ...(await problemsOfOld(visit, form.get('old') ?? '')) }
  if (Object.keys(problems).length > 0) {
    void reply.code(400)
    return <ChangePage visit={visit} problems={problems} />
  }
  await setPassword(
    visit,
    actorOf(visit),
    viewer,
    form.get('password') ?? '',
    secretIn(request, SESSION_COOKIE),
  )
  return redirectWith(
    visit,
    '/user/',
    'Your password is changed. Wherever else you were logged in, you are not any more.',
  )
}

/** A session alone does not do: somebody may have found the browser open. */
async function problemsOfOld(
  { db, viewer, request, now }: OwnVisit,
  password: string,
): Promise<Record<string, string>> {
  try {
    const credentials = { username: viewer.username, password, address: addressOf(request) }
    await logIn(db, credentials, new Date(`${now}Z`))
    return {}
  } catch (error) {
    if (error instanceof TooMany) return { old: 'There were too many wrong passwords. Try again later.' }
    if (error instanceof Forbidden) return { old: 'This is not your password.' }
    throw error
  }
}

/** Whatever the address, all goes the same way: nobody can find out which of them have accounts. */
async function askForReset(visit: Visit, form: URLSearchParams): Promise<VNode> {
  const email = (form.get('email') ?? '').trim()
  if (!isMailAddress(email)) {
    void visit.reply.code(400)
    return <ResetPage visit={visit} email={email} problem="This is no mail address." />
  }
  countLetter(visit)
  const users = await listActiveUsersOf(visit.db, email)
  for (const user of users.length > 0 ? users : [undefined])
    await askToConfirm(visit, {
      type: 'password-reset',
      email: user?.email ?? email,
      userId: user?.id,
      letter: (link) => user && resetLetter({ ...user, base: visit.mailBase, link }),
    })
  return (
    <Layout visit={visit} title="A new password" styles={['account.css']}>
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

function ResetPage({ visit, email, problem }: { visit: Visit; email?: string; problem?: string }) {
  return (
    <Layout visit={visit} title="A new password" styles={['account.css']}>
      <div class="entry">
        <h1>A new password</h1>
        <p>A link to set a new password is sent to the address that your account has.</p>
        <Form visit={visit} action="/user/password-reset/">
          <TextField
            name="email"
            label="Mail address"
            type="email"
            value={email}
            error={problem}
            isRequired
            autocomplete="email"
          />
          <div class="actions">
            <button class="main">Send the link</button>
          </div>
        </Form>
      </div>
    </Layout>
  )
}

function ChangePage({ visit, problems }: { visit: OwnVisit; problems: Problems }) {
  return (
    <Layout visit={visit} title="Change password" styles={['account.css']}>
      <div class="entry">
        <h1>Change password</h1>
        <Form visit={visit} action="/user/password-change/">
          <input type="text" name="username" value={visit.viewer.username} autoComplete="username" hidden />
          <TextField
            name="old"
            label="Old password"
            type="password"
            error={problems.old}
            isRequired
            autocomplete="current-password"
          />
          <NewPassword problems={problems} />
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
        help="At least 10 characters, and nothing that everybody would try first."
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
