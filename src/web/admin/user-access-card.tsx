import type { Time } from '../../db/schema.js'
import type { User } from '../../domain/users/queries.js'
import type { Session } from '../../domain/users/sessions.js'
import { NewPassword } from '../account/password.js'
import type { UserContext } from '../framework/auth-guard.js'
import { DateTime } from '../ui/date.js'
import { Form } from '../ui/form.js'

interface CardProps {
  context: UserContext
  user: User
  sessions: readonly Session[]
  token: { created: Time } | undefined
  /** Errors of the chosen password, by field. */
  problems: Readonly<Record<string, string>> | undefined
}

/** What opens an account, for administrators. */
export function UserAccessCard({ context, user, sessions, token, problems }: CardProps) {
  const path = `/admin/users/${user.id}/`
  return (
    <section class="card">
      <h2>Password and tokens</h2>
      <h3>Password</h3>
      <Form context={context} action={`${path}password-reset/`}>
        <p>
          <button>Mail a link to choose one</button>
        </p>
      </Form>
      <details open={problems !== undefined}>
        <summary>Choose one yourself</summary>
        <Form context={context} action={`${path}password/`}>
          <input type="text" name="username" value={user.username} autoComplete="username" hidden />
          <NewPassword problems={problems ?? {}} />
          <p>
            <button>Set the password</button>
          </p>
        </Form>
      </details>
      <h3>API token</h3>
      {token ? (
        <Form context={context} action={`${path}revoke-token/`}>
          <p>
            Made <DateTime time={token.created} />.
          </p>
          <p>
            <button>Revoke the token</button>
          </p>
        </Form>
      ) : (
        <p>None.</p>
      )}
      <h3>Logged in</h3>
      <Sessions context={context} path={path} count={sessions.length} />
      <h3>Removal</h3>
      <p>
        <a href={`${path}remove/`}>Delete the account</a>
      </p>
    </section>
  )
}

function Sessions({ context, path, count }: { context: UserContext; path: string; count: number }) {
  if (count === 0) return <p>Nowhere.</p>
  return (
    <Form context={context} action={`${path}sessions/end/`}>
      <p>
        In {count} {count === 1 ? 'browser' : 'browsers'}.
      </p>
      <p>
        <button>Log it out everywhere</button>
      </p>
    </Form>
  )
}
