import type { MaintainerRow } from '../../domain/projects/maintainers.js'
import type { DelegationRule, Project } from '../../domain/projects/queries.js'
import type { UserRow } from '../../domain/users/queries.js'
import type { UserContext } from '../framework/auth-guard.js'
import type { Sent } from '../framework/fields.js'
import { ActionTitle } from '../ui/action-title.js'
import { Form, TextField } from '../ui/form.js'

/** Cards of a project's settings page: maintainers, rules, removal. */

interface CardProps {
  context: UserContext
  /** Of the settings. */
  path: string
  /** The submitted values after an error. */
  sent?: Sent | undefined
}

export function MaintainerCard({
  context,
  path,
  maintainers,
  sent,
}: CardProps & { maintainers: readonly MaintainerRow[] }) {
  return (
    <section class="card" id="maintainers">
      <h2>Maintainers</h2>
      {maintainers.length === 0 && <p>Nobody maintains it yet.</p>}
      {maintainers.length > 0 && (
        <table class="list">
          <tbody>
            {maintainers.map(({ id, username, first_name, last_name }) => (
              <tr>
                <td>
                  <bdi>{username}</bdi>{' '}
                  <small class="help">
                    <bdi>{`${first_name} ${last_name}`.trim()}</bdi>
                  </small>
                </td>
                <td class="narrow number">
                  <Form context={context} action={`${path}maintainers/${id}/remove/`}>
                    <button aria-label={`Remove maintainer ${username}`}>Remove</button>
                  </Form>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Form context={context} action={`${path}maintainers/`}>
        <TextField
          {...refused(sent, 'maintainer')}
          label="User name of a new maintainer"
          isRequired
          autocomplete="off"
        />
        <button>Add maintainer</button>
      </Form>
    </section>
  )
}

/** Value and problem of a field after a refused form; else its initial value. */
function refused(sent: Sent | undefined, name: string, fresh?: string) {
  const value = sent?.values[name]
  return { name, value: value === undefined ? fresh : String(value), error: sent?.problems[name] }
}

interface RuleProps extends CardProps {
  rules: readonly DelegationRule[]
  users: readonly UserRow[]
}

export function RuleCard({ context, path, rules, users, sent }: RuleProps) {
  const names = new Map(users.map(({ id, username }) => [id, username]))
  return (
    <section class="card" id="rules">
      <h2>Delegation rules</h2>
      <p class="help">
        A new patch goes to the user of the first rule that all its files match; rules of higher priority come
        first.
      </p>
      {rules.length > 0 && (
        <table class="list">
          <thead>
            <tr>
              <th>Files</th>
              <th>Delegate</th>
              <th class="number">Priority</th>
              <ActionTitle />
            </tr>
          </thead>
          <tbody>
            {rules.map((rule) => (
              <RuleLine context={context} path={path} rule={rule} username={names.get(rule.user_id) ?? ''} />
            ))}
          </tbody>
        </table>
      )}
      <RuleForm context={context} path={path} sent={sent} />
    </section>
  )
}

function RuleForm({ context, path, sent }: CardProps) {
  return (
    <Form context={context} action={`${path}rules/`}>
      <TextField
        {...refused(sent, 'path')}
        label="Files"
        isRequired
        help="Such as drivers/lamp/*; * also matches slashes."
      />
      <TextField
        {...refused(sent, 'delegate')}
        label="Delegate, by user name"
        isRequired
        help="One of the maintainers."
        autocomplete="off"
      />
      <TextField {...refused(sent, 'priority', '0')} label="Priority" type="number" />
      <button>Add rule</button>
    </Form>
  )
}

function RuleLine({ context, path, rule, username }: CardProps & { rule: DelegationRule; username: string }) {
  return (
    <tr>
      <td>
        <code>{rule.path}</code>
      </td>
      <td>
        <bdi>{username}</bdi>
      </td>
      <td class="number">{rule.priority}</td>
      <td class="narrow number">
        <Form context={context} action={`${path}rules/remove/`}>
          <input type="hidden" name="path" value={rule.path} />
          <button aria-label={`Remove the rule for ${rule.path}`}>Remove</button>
        </Form>
      </td>
    </tr>
  )
}

/** Asks for the link name to be typed: nothing brings the project back. */
export function RemovalCard({ context, project }: { context: UserContext; project: Project }) {
  return (
    <section class="card" id="removal">
      <h2>Removal</h2>
      <Form context={context} action={`/admin/projects/${project.id}/remove/`}>
        <p>
          All patches, series, comments, checks and bundles of this project are deleted, in the background.
          This cannot be undone.
        </p>
        <TextField
          name="confirm"
          label={`To remove it, type its link name: ${project.link_name}`}
          isRequired
          autocomplete="off"
        />
        <button>Remove the project</button>
      </Form>
    </section>
  )
}
