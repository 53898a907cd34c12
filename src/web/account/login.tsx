import type { FastifyReply } from 'fastify'
import { ClosedAccount, logIn } from '../../auth/login.js'
import { addressOf } from '../../server/rate-limit.js'
import { Forbidden, TooMany } from '../../util/errors.js'
import { localPath } from '../framework/local-path.js'
import {
  type AppContext,
  addForm,
  addPage,
  type RequestContext,
  redirectWith,
  withForms,
} from '../framework/request-context.js'
import { Form } from '../ui/form.js'
import { Layout } from '../ui/layout.js'
import { LoginPage } from '../ui/login-form.js'
import { browserIn, endSession, startSession } from './start-session.js'

/** Logging in and out. */
export function addLoginPages(appContext: AppContext): void {
  addPage(appContext, '/user/login/', async (context) => {
    const next = context.query.get('next')
    if (context.viewer) return context.reply.redirect(localPath(next))
    return <LoginPage context={withForms(context)} next={next} />
  })
  addForm(appContext, '/user/login/', tryToLogIn)
  addPage(appContext, '/user/logout/', async (context) => <LogoutPage context={context} />)
  addForm(appContext, '/user/logout/', async (context) => {
    await endSession(context)
    return redirectWith({ ...context, viewer: undefined }, '/', 'You have logged out.')
  })
}

async function tryToLogIn(context: RequestContext, form: URLSearchParams) {
  const { db, auth, request, reply, now } = context
  const username = form.get('username') ?? ''
  const password = form.get('password') ?? ''
  const next = form.get('next')
  const [address, browser] = [addressOf(request), browserIn(request)]
  try {
    const user = await logIn(db, auth, { username, password, address, browser }, new Date(`${now}Z`))
    const newSession = await startSession(context, user)
    const kept = form.get('form')
    if (kept) {
      const own = { ...context, viewer: user, formSecret: newSession }
      return <ContinuePage context={own} action={localPath(next)} form={new URLSearchParams(kept)} />
    }
    return reply.redirect(next ? localPath(next) : '/user/')
  } catch (error) {
    const problem = explain(error, reply)
    const kept = form.get('form') ?? undefined
    return (
      <LoginPage context={withForms(context)} next={next} form={kept} username={username} problem={problem} />
    )
  }
}

/** The message after a failed login; sets the status. Rethrows errors that are not the user's. */
function explain(error: unknown, reply: FastifyReply): string {
  if (error instanceof TooMany) {
    void reply.code(429).header('retry-after', error.retryAfter)
    return `There were too many wrong passwords. Try again in ${Math.ceil(error.retryAfter / 60)} minutes.`
  }
  if (!(error instanceof Forbidden)) throw error
  void reply.code(403)
  return error instanceof ClosedAccount
    ? 'This account is not active: it was not confirmed yet by the link in the mail, or it was closed.'
    : 'The user name or the password is wrong.'
}

interface ContinueProps {
  context: RequestContext
  action: string
  form: URLSearchParams
}

/** Sends a form again that was sent when its session had ended; its sender presses the button, so no script is needed. */
function ContinuePage({ context, action, form }: ContinueProps) {
  return (
    <Layout context={context} title="Continue" styles={['account.css']}>
      <div class="entry">
        <h1>You are logged in</h1>
        <p>Your session had ended, so the form that you sent was not saved. Continue to send it again.</p>
        <Form context={context} action={action}>
          {[...form].map(([name, value]) => (
            <input type="hidden" name={name} value={value} />
          ))}
          <div class="actions">
            <button class="main">Continue</button>
            <a href={localPath(form.get('next') ?? action)}>Discard it</a>
          </div>
        </Form>
      </div>
    </Layout>
  )
}

function LogoutPage({ context }: { context: RequestContext }) {
  return (
    <Layout context={context} title="Log out" styles={['account.css']}>
      <div class="entry">
        <h1>Log out</h1>
        {context.viewer ? (
          <Form context={context} action="/user/logout/">
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
