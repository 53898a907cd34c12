import type { CheckerRow } from '../../domain/projects/checkers.js'
import type { UserContext } from '../framework/auth-guard.js'
import type { Sent } from '../framework/fields.js'
import { Form, TextField } from '../ui/form.js'

/** Who may post checks on the patches of a project, on its settings page. */
export function CheckerCard({
  context,
  path,
  checkers,
  sent,
}: {
  context: UserContext
  /** Of the settings. */
  path: string
  checkers: readonly CheckerRow[]
  /** The submitted values after an error. */
  sent?: Sent | undefined
}) {
  return (
    <section class="card" id="checkers">
      <h2>Checkers</h2>
      <p class="help">
        They may post checks on the patches of this project, and nothing else. A bot is an account without a
        password; you make its API tokens.
      </p>
      {checkers.length > 0 && (
        <table class="list">
          <tbody>
            {checkers.map((checker) => (
              <CheckerLine context={context} path={path} checker={checker} />
            ))}
          </tbody>
        </table>
      )}
      <AddForm context={context} path={`${path}checkers/`} name="checker" sent={sent} />
      <AddForm context={context} path={`${path}bots/`} name="bot" sent={sent} />
    </section>
  )
}

function CheckerLine({
  context,
  path,
  checker: { id, username, project_id, bot_of },
}: {
  context: UserContext
  path: string
  checker: CheckerRow
}) {
  return (
    <tr>
      <td>
        <bdi>{username}</bdi> {bot_of === project_id && <a href={`${path}bots/${id}/`}>API tokens</a>}
      </td>
      <td class="narrow number">
        <Form context={context} action={`${path}checkers/${id}/remove/`}>
          <button aria-label={`Remove checker ${username}`}>Remove</button>
        </Form>
      </td>
    </tr>
  )
}

/** Adds an account that is there, or a new one. */
function AddForm({
  context,
  path,
  name,
  sent,
}: {
  context: UserContext
  path: string
  name: 'checker' | 'bot'
  sent: Sent | undefined
}) {
  const value = sent?.values[name]
  return (
    <Form context={context} action={path}>
      <TextField
        name={name}
        label={`User name of a new ${name}`}
        value={value === undefined ? undefined : String(value)}
        error={sent?.problems[name]}
        isRequired
        autocomplete="off"
      />
      <button>{`Add ${name}`}</button>
    </Form>
  )
}
