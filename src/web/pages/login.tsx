import type { FastifyReply } from 'fastify'
import { Forbidden, TooMany } from '../../errors.js'
import { addressOf } from '../../http/rate-limit.js'
import { ClosedAccount, logIn } from '../../login.js'
import { endSession, startSession } from '../account/start-session.js'
import { Form, TextField } from '../components/form.js'
import { Layout } from '../components/layout.js'
import { localPath } from '../local-path.js'
import { addForm, addPage, type Mount, redirectWith, type Visit } from '../visit.js'

/** Logging in and out. */
export function addLoginPages(mount: Mount): void {
  addPage(mount, '/user/login/', async (visit) => {
    const next = visit.query.get('next')
    if (visit.viewer) return visit.reply.redirect(localPath(next))
    return <LoginPage visit={visit} next={next} />
  })
  addForm(mount, '/user/login/', tryToLogIn)
  addPage(mount, '/user/logout/', async (visit) => <LogoutPage visit={visit} />)
  addForm(mount, '/user/logout/', async (visit) => {
    await endSession(visit)
    return redirectWith({ ...visit, viewer: undefined }, '/', 'You have logged out.')
  })
}

async function tryToLogIn(visit: Visit, form: URLSearchParams) {
  const { db, request, reply, now } = visit
  const username = form.get('username') ?? ''
  const password = form.get('password') ?? ''
  const next = form.get('next')
  const address = addressOf(request)
  try {
    const user = await logIn(db, { username, password, address }, new Date(`${now}Z`))
    await startSession(visit, user)
    return reply.redirect(next ? localPath(next) : '/user/')
  } catch (error) {
    const problem = explain(error, reply)
    return <LoginPage visit={visit} next={next} username={username} problem={problem} />
  }
}

/** What to tell somebody who could not log in; sets the status. Throws what is no fault of theirs. */
function explain(error: unknown, reply: FastifyReply): string {
  if (error instanceof TooMany) {
    void reply.code(429).header('retry-after', error.retryAfter)
    return `There were too many wrong passwords. Try again in ${Math.ceil(error.retryAfter / 60)} minutes.`
  }
  if (!(error instanceof Forbidden)) throw error
  void reply.code(403)
  return error instanceof ClosedAccount
    ? 'This account is not open: it has yet to be confirmed by the link in the mail, or was closed.'
    : 'This user name and password do not belong together.'
}

interface LoginProps {
  visit: Visit
  /** Where to go then; whatever it says, only paths of ours are followed. */
  next: string | null
  username?: string
  problem?: string
}

function LoginPage({ visit, next, username, problem }: LoginProps) {
  return (
    <Layout visit={visit} title="Login" styles={['account.css']}>
      <div class="entry">
        <h1>Login</h1>
        {next && !problem && <p>Log in to see this page.</p>}
        {problem && (
          <p class="message" data-problem role="alert">
            {problem}
          </p>
        )}
        <Form visit={visit} action="/user/login/">
          {next && <input type="hidden" name="next" value={next} />}
          <TextField name="username" label="User name" value={username} isRequired autocomplete="username" />
          <TextField
            name="password"
            label="Password"
            type="password"
            isRequired
            autocomplete="current-password"
          />
          <div class="actions">
            <button class="main">Log in</button>
          </div>
        </Form>
        <p>
          <a href="/user/password-reset/">Forgotten your password?</a> · <a href="/register/">Register</a>
        </p>
      </div>
    </Layout>
  )
}

function LogoutPage({ visit }: { visit: Visit }) {
  return (
    <Layout visit={visit} title="Log out" styles={['account.css']}>
      <div class="entry">
        <h1>Log out</h1>
        {visit.viewer ? (
          <Form visit={visit} action="/user/logout/">
            <button class="main">Log out</button>
          </Form>
        ) : (
          <p>
            You have not <a href="/user/login/">logged in</a>.
          </p>
        )}
      </div>
    </Layout>
  )
}
