import type { ComponentChildren } from 'preact'
import type { State } from '../../domain/states/queries.js'
import type { RequestContext } from '../framework/request-context.js'
import { BundleSelect } from '../ui/bundle-select.js'
import { Form } from '../ui/form.js'
import { type ShownPatch, writeShown } from './shown-patches.js'

/** What patches can be changed to. */
export interface BulkChoices {
  /** Whether the viewer may change any of the patches; every user can add them to bundles. */
  canChange: boolean
  states: readonly State[]
  maintainers: readonly { id: number; username: string }[]
  /** The viewer's own of the project. */
  bundles: readonly { id: number; name: string }[]
}

interface BulkFormProps {
  context: RequestContext
  choices: BulkChoices
  /** The patches of the table. */
  rows: readonly ShownPatch[]
  pagination: ComponentChildren
  /** What else can be done with them. */
  more?: ComponentChildren
  /** Whether the table has a series, whose patches can be changed all at once. */
  isWholeSeries?: boolean
  /** Whether the order of the table was chosen, so that a new bundle keeps it. */
  keepsOrder?: boolean
  /** The address of its page, where that is not the one that was asked for. */
  path?: string
  /** The table with the boxes. */
  children: ComponentChildren
}

/** Changes all patches that are chosen in the table within it. */
export function BulkForm(props: BulkFormProps) {
  const { context, choices, rows, pagination, more, keepsOrder, path = context.request.url, children } = props
  const { isWholeSeries = false } = props
  return (
    <Form context={context} action={path} class="bulk">
      {/* What Enter in a field presses: the server knows by the fields which one is meant. */}
      <button class="hidden" name="action" value="enter" tabIndex={-1} aria-hidden="true">
        Go
      </button>
      {keepsOrder && <input type="hidden" name="order" value="listed" />}
      <input type="hidden" name="next" value={path} />
      {choices.canChange && <input type="hidden" name="shown" value={writeShown(rows)} />}
      <div class="above">
        <div class="actions">
          {choices.canChange && <Changes choices={choices} sent={context.sent} />}
          {choices.canChange && isWholeSeries && <WholeSeriesButton />}
          <Bundles choices={choices} sent={context.sent} />
          {more}
        </div>
        {pagination}
      </div>
      {children}
    </Form>
  )
}

interface PartProps {
  choices: BulkChoices
  /** The submitted form after an error. */
  sent: URLSearchParams | undefined
}

function Changes({ choices: { states, maintainers }, sent }: PartProps) {
  const [state, delegate, archived] = ['state', 'delegate', 'archived'].map((name) => sent?.get(name) ?? '')
  return (
    <>
      <select name="state" aria-label="Change state">
        <option value="">Change state</option>
        {states.map(({ id, name }) => (
          <option value={id} selected={String(id) === state}>
            {name}
          </option>
        ))}
      </select>
      <select name="delegate" aria-label="Delegate to">
        <option value="">Delegate to</option>
        <option value="-" selected={delegate === '-'}>
          Nobody
        </option>
        {maintainers.map(({ id, username }) => (
          <option value={id} selected={String(id) === delegate}>
            {username}
          </option>
        ))}
      </select>
      <label title="Hidden from lists by default, in any state">
        Archived:{' '}
        <select name="archived">
          <option value="">No change</option>
          <option value="true" selected={archived === 'true'}>
            Yes
          </option>
          <option value="false" selected={archived === 'false'}>
            No
          </option>
        </select>
      </label>
      <button class="main" name="action" value="update">
        Update
      </button>
    </>
  )
}

/** Sends what is chosen above for all patches of the series. */
function WholeSeriesButton() {
  return (
    <button name="action" value="series" title="Changes all patches, whether they are chosen or not">
      Update whole series
    </button>
  )
}

function Bundles({ choices: { bundles }, sent }: PartProps) {
  return (
    <>
      <span class="joined">
        <input
          name="bundle_name"
          value={sent?.get('bundle_name') ?? ''}
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
          <BundleSelect bundles={bundles} chosen={sent?.get('bundle_id')} />
          <button name="action" value="add">
            Add
          </button>
        </span>
      )}
    </>
  )
}
