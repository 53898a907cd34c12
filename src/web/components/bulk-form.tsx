import type { ComponentChildren } from 'preact'
import type { Project } from '../../store/project.js'
import type { State } from '../../store/state.js'
import type { Visit } from '../visit.js'
import { Form } from './form.js'

/** What patches can be changed to. */
export interface BulkChoices {
  states: readonly State[]
  maintainers: readonly { id: number; username: string }[]
  /** The viewer's own of the project. */
  bundles: readonly { id: number; name: string }[]
}

interface BulkFormProps {
  visit: Visit
  project: Project
  choices: BulkChoices
  pagination: ComponentChildren
  /** What else can be done with them. */
  more?: ComponentChildren
  /** The table with the boxes. */
  children: ComponentChildren
}

/** Changes all patches that are chosen in the table within it. */
export function BulkForm({ visit, project, choices, pagination, more, children }: BulkFormProps) {
  return (
    <Form visit={visit} action={`/project/${project.link_name}/list/`} class="bulk">
      <input type="hidden" name="next" value={visit.request.url} />
      <div class="above">
        <div class="actions">
          <Changes choices={choices} />
          <Bundles choices={choices} />
          {more}
        </div>
        {pagination}
      </div>
      {children}
    </Form>
  )
}

function Changes({ choices: { states, maintainers } }: { choices: BulkChoices }) {
  return (
    <>
      <select name="state" aria-label="Change state">
        <option value="">Change state</option>
        {states.map(({ id, name }) => (
          <option value={id}>{name}</option>
        ))}
      </select>
      <select name="delegate" aria-label="Delegate to">
        <option value="">Delegate to</option>
        <option value="-">Nobody</option>
        {maintainers.map(({ id, username }) => (
          <option value={id}>{username}</option>
        ))}
      </select>
      <label title="Put away, whatever their states">
        Archived:{' '}
        <select name="archived">
          <option value="">No change</option>
          <option value="true">Yes</option>
          <option value="false">No</option>
        </select>
      </label>
      <button class="main" name="action" value="update">
        Update
      </button>
    </>
  )
}

function Bundles({ choices: { bundles } }: { choices: BulkChoices }) {
  return (
    <>
      <span class="joined">
        <input
          name="bundle_name"
          placeholder="Bundle name"
          aria-label="Bundle name"
          maxLength={50}
          dir="auto"
        />
        <button name="action" value="create">
          Create
        </button>
      </span>
      {bundles.length > 0 && (
        <span class="joined">
          <select name="bundle_id" aria-label="Bundle">
            {bundles.map(({ id, name }) => (
              <option value={id}>{name}</option>
            ))}
          </select>
          <button name="action" value="add">
            Add
          </button>
        </span>
      )}
    </>
  )
}
