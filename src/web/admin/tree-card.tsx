import type { State } from '../../domain/states/queries.js'
import type { Tree } from '../../domain/trees/queries.js'
import { MAX_TREE_URL } from '../../domain/trees/rules.js'
import type { UserContext } from '../framework/auth-guard.js'
import type { Sent } from '../framework/fields.js'
import { ActionTitle } from '../ui/action-title.js'
import { DateTime } from '../ui/date.js'
import { Form, SelectField, TextField } from '../ui/form.js'

interface TreeCardProps {
  context: UserContext
  /** Of the settings. */
  path: string
  trees: readonly Tree[]
  states: readonly State[]
  /** The submitted values after an error. */
  sent?: Sent | undefined
}

/** The trees of a project: branches whose commits accept its patches. */
export function TreeCard({ context, path, trees, states, sent }: TreeCardProps) {
  return (
    <section class="card" id="trees">
      <h2>Trees</h2>
      <p class="help">
        Patches that become commits of these branches get their states, as the rule for commits says.
      </p>
      {trees.length > 0 && (
        <table class="list">
          <thead>
            <tr>
              <th>Branch</th>
              <th>State</th>
              <th>Fetched</th>
              <ActionTitle />
            </tr>
          </thead>
          <tbody>
            {trees.map((tree) => (
              <TreeLine context={context} path={path} tree={tree} states={states} />
            ))}
          </tbody>
        </table>
      )}
      <TreeForm context={context} path={path} states={states} sent={sent} />
    </section>
  )
}

function TreeLine({
  context,
  path,
  tree,
  states,
}: Pick<TreeCardProps, 'context' | 'path' | 'states'> & { tree: Tree }) {
  const { id, url, branch, state_id, fetched, problem } = tree
  return (
    <tr>
      <td>
        <code>{branch}</code>{' '}
        <small class="help">
          <bdi>{url}</bdi>
        </small>
        {problem !== null && <small class="problem">{problem}</small>}
      </td>
      <td>{states.find((state) => state.id === state_id)?.name ?? ''}</td>
      <td>{fetched === null ? 'not yet' : <DateTime time={fetched} />}</td>
      <td class="narrow number">
        <Form context={context} action={`${path}trees/${id}/remove/`}>
          <button aria-label={`Remove the tree ${branch} of ${url}`}>Remove</button>
        </Form>
      </td>
    </tr>
  )
}

function TreeForm({ context, path, states, sent }: Omit<TreeCardProps, 'trees'>) {
  const text = (name: string, fresh = '') => ({
    name: `tree_${name}`,
    value: String(sent?.values[name] ?? fresh),
    error: sent?.problems[name],
  })
  const accepted = states.find(({ slug }) => slug === 'accepted') ?? states[0]
  return (
    <Form context={context} action={`${path}trees/`}>
      <TextField
        {...text('url')}
        label="Repository"
        isRequired
        max={MAX_TREE_URL}
        autocomplete="off"
        help="The URL that git fetches from, without user and password."
      />
      <TextField {...text('branch', 'master')} label="Branch" isRequired autocomplete="off" />
      <SelectField
        {...text('state', String(accepted?.id ?? ''))}
        label="State"
        choices={states.map(({ id, name }) => ({ value: String(id), label: name }))}
      />
      <button>Add tree</button>
    </Form>
  )
}
