import { loginPath } from '../framework/login-path.js'
import type { RequestContext } from '../framework/request-context.js'
import { Form, TextField } from './form.js'
import { Layout } from './layout.js'

export { loginPath }

interface LoginProps {
  context: RequestContext
  /** Where to go afterwards; only local paths are followed. */
  next: string | null
  /** A form to be sent there then, encoded. */
  form?: string | undefined
  username?: string
  problem?: string
}

/** The page that asks for name and password. */
export function LoginPage({ context, next, form, username, problem }: LoginProps) {
  return (
    <Layout context={context} title="Login" styles={['account.css']}>
      <div class="entry">
        <h1>Login</h1>
        {next && !problem && (
          <p>
            {form ? 'Your session has ended. Log in to continue; your input is kept.' : 'Log in to continue.'}
          </p>
        )}
        {problem && (
          <div class="flash" data-problem>
            <p class="message" role="alert">
              {problem}
            </p>
          </div>
        )}
        <Form context={context} action="/user/login/">
          {next && <input type="hidden" name="next" value={next} />}
          {form && <input type="hidden" name="form" value={form} />}
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
