import type { BundleRow } from '../../domain/bundles/queries.js'
import type { Project } from '../../domain/projects/queries.js'
import type { UserStats } from '../../domain/users/stats.js'
import { bundlePath } from '../../util/urls.js'
import type { UserContext } from '../framework/auth-guard.js'
import type { Field, Sent } from '../framework/fields.js'
import { Fields } from '../ui/fields.js'
import { Form } from '../ui/form.js'
import { personPath } from '../ui/person.js'

/** The parts of the profile, one card each. */

interface WorkProps {
  context: UserContext
  sent: readonly UserStats[]
  delegated: readonly { project_id: number; delegated: number; open: number }[]
}

/** The patches that a user sent and was delegated, as links to the lists. */
export function WorkCard({ context, sent, delegated }: WorkProps) {
  const projects = new Map(context.projects.map((project) => [project.id, project]))
  const nameOf = (id: number) => projects.get(id)?.link_name ?? ''
  return (
    <section class="card" id="patches">
      <h2>Your patches</h2>
      {sent.length + delegated.length === 0 && (
        <p>You have sent no patch yet, and none was delegated to you.</p>
      )}
      <table class="list">
        <tbody>
          {sent.map((each) => (
            <SentLine sent={each} project={projects.get(each.project_id)} />
          ))}
          {delegated.map(({ project_id, delegated: count, open }) => (
            <tr>
              <td>
                <a
                  href={`/project/${nameOf(project_id)}/list/?delegate=${context.viewer.id}&state=*&archive=both`}
                >
                  Delegated to you in <bdi>{projects.get(project_id)?.name}</bdi>
                </a>
              </td>
              <td class="number">{count}</td>
              <td class="number">
                <a href={`/user/todo/${nameOf(project_id)}/`}>{open} open</a>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function SentLine({ sent, project }: { sent: UserStats; project: Project | undefined }) {
  return (
    <tr>
      <td>
        <a href={personPath(project?.link_name ?? '', sent.submitter_id)}>
          Sent to <bdi>{project?.name}</bdi>
        </a>
        <br />
        <small class="help">
          from <bdi>{sent.email}</bdi>
        </small>
      </td>
      <td class="number">{sent.sent}</td>
      <td class="number">{sent.open} open</td>
    </tr>
  )
}

export function TodoCard({ context, maintained }: { context: UserContext; maintained: readonly Project[] }) {
  const { todo } = context
  return (
    <section class="card" id="todo">
      <h2>To do</h2>
      <p>
        Your <a href="/user/todo/">todo list</a> has{' '}
        {todo === 0 ? 'no patches' : todo === 1 ? 'one patch' : `${todo} patches`} that{' '}
        {todo === 1 ? 'was' : 'were'} delegated to you.
      </p>
      {maintained.length > 0 && (
        <p>
          You maintain{' '}
          {maintained.map(({ link_name, name }, index) => (
            <>
              {index > 0 && ', '}
              <a href={`/project/${link_name}/list/`}>
                <bdi>{name}</bdi>
              </a>
            </>
          ))}
          .
        </p>
      )}
    </section>
  )
}

export function BundleCard({ context, bundles }: { context: UserContext; bundles: readonly BundleRow[] }) {
  return (
    <section class="card" id="bundles">
      <h2>Bundles</h2>
      {bundles.length === 0 ? (
        <p>You have no bundles.</p>
      ) : (
        <ul>
          {bundles.slice(0, 10).map(({ name }) => (
            <li>
              <a href={bundlePath(context.viewer.username, name)}>
                <bdi>{name}</bdi>
              </a>
            </li>
          ))}
          {bundles.length > 10 && (
            <li>
              <a href="/user/bundles/">all {bundles.length}</a>
            </li>
          )}
        </ul>
      )}
    </section>
  )
}

interface SettingsProps {
  context: UserContext
  fields: readonly Field[]
  sent: Sent
}

/** What users say of themselves. */
export function SettingsCard({ context, fields, sent }: SettingsProps) {
  return (
    <section class="card" id="settings">
      <h2>Settings</h2>
      <Form context={context} action="/user/">
        <Fields fields={fields} sent={sent} />
        <div class="actions">
          <button class="main">Apply</button>
        </div>
      </Form>
    </section>
  )
}
