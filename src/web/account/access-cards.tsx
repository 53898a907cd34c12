import type { Session } from '../../domain/users/sessions.js'
import type { UserContext } from '../framework/auth-guard.js'
import { DateTime } from '../ui/date.js'
import { Form } from '../ui/form.js'

/** The parts of the profile about what opens the account. */

export function AccessCard({
  context,
  token,
}: {
  context: UserContext
  token: { created: string } | undefined
}) {
  return (
    <section class="card" id="access">
      <h2>Authentication</h2>
      <p>
        <a href="/user/password-change/">Change password</a>
      </p>
      <p>
        <a href="/user/tokens/">API tokens for bots and scripts</a>, each with a name, scopes and an end
      </p>
      <h3>API token without limits</h3>
      <p>
        {token ? (
          <>
            You have one since <DateTime time={token.created} isShort />. A new one replaces it: programs that
            use the old one need the new one.
          </>
        ) : (
          'You have none. Programs such as git-pw and pwclient need one to change things in your name.'
        )}{' '}
        <a href="/about/maintainers/#clients">How to set them up</a>
      </p>
      <div class="actions">
        <Form context={context} action="/user/generate-token/">
          <button>{token ? 'Regenerate token' : 'Generate token'}</button>
        </Form>
        {token && (
          <Form context={context} action="/user/revoke-token/">
            <button>Revoke token</button>
          </Form>
        )}
      </div>
    </section>
  )
}

export function SessionCard({ context, sessions }: { context: UserContext; sessions: readonly Session[] }) {
  return (
    <section class="card" id="sessions">
      <h2>Where you are logged in</h2>
      <table class="list">
        <tbody>
          {sessions.map(({ id, created, agent, isCurrent }) => (
            <tr>
              <td>
                <bdi>{agent || 'an unknown browser'}</bdi>
              </td>
              <td class="narrow">
                <DateTime time={created} isShort />
              </td>
              <td class="narrow">
                {isCurrent ? (
                  <span class="muted">this one</span>
                ) : (
                  <Form context={context} action={`/user/sessions/${id}/end/`}>
                    <button>Log out</button>
                  </Form>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {sessions.length > 1 && (
        <Form context={context} action="/user/sessions/end/">
          <button>Log out everywhere else</button>
        </Form>
      )}
    </section>
  )
}
