import type { BundleRow } from '../../domain/bundles/queries.js'
import type { PatchRow } from '../../domain/patches/queries.js'
import type { MaintainerRow } from '../../domain/projects/maintainers.js'
import type { State } from '../../domain/states/queries.js'
import type { RequestContext } from '../framework/request-context.js'
import { BundleSelect } from './bundle-select.js'
import { Form } from './form.js'

interface EditFormProps {
  context: RequestContext
  path: string
  patch: PatchRow
  states: readonly State[]
  maintainers: readonly MaintainerRow[]
  /** Whether its series has other patches. */
  isInSeries: boolean
}

/**
 * The form for users who may change the patch. After an error it has the submitted values; the current state is shown
 * elsewhere on the page.
 */
export function EditForm({ context, path, patch, states, maintainers, isInSeries }: EditFormProps) {
  const sent = ['update', 'series'].includes(context.sent?.get('action') ?? '') ? context.sent : undefined
  const [state, archived] = [sent?.get('state'), sent?.get('archived')]
  return (
    <Form context={context} action={path} class="actions">
      <label>
        State{' '}
        <select name="state">
          {states.map(({ id, name }) => (
            <option value={id} selected={String(id) === (state ?? String(patch.state_id))}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label title="Who handles it">
        Delegate <Delegates patch={patch} maintainers={maintainers} sent={sent?.get('delegate')} />
      </label>
      <label title="Hidden from lists by default, in any state">
        <input
          type="checkbox"
          name="archived"
          value="true"
          checked={archived ? archived === 'true' : patch.archived === 1}
        />{' '}
        Archived
      </label>
      {/* Of two values the first counts: a box that is not ticked leaves this one. */}
      <input type="hidden" name="archived" value="false" />
      {/* What the page showed: only what differs from it is written, and only if nobody else wrote another value. */}
      <input type="hidden" name="was_state" value={patch.state_id} />
      <input type="hidden" name="was_delegate" value={patch.delegate_id ?? '-'} />
      <input type="hidden" name="was_archived" value={String(patch.archived === 1)} />
      <button name="action" value="update" class="main">
        Update
      </button>
      {isInSeries && (
        <button name="action" value="series" title="Gives all patches of the series what is changed here">
          Apply to whole series
        </button>
      )}
      <a href="/about/contributors/#states">What the states mean</a>
    </Form>
  )
}

interface DelegatesProps extends Pick<EditFormProps, 'patch' | 'maintainers'> {
  /** The submitted value after an error. */
  sent: string | null | undefined
}

/** The maintainers of the project. A delegate who is not a maintainer can stay, but cannot be chosen again. */
function Delegates({ patch, maintainers, sent }: DelegatesProps) {
  const { delegate_id, delegate_username } = patch
  const chosen = sent ?? String(delegate_id ?? '-')
  const isForeign = delegate_id !== null && !maintainers.some(({ id }) => id === delegate_id)
  return (
    <select name="delegate">
      <option value="-">nobody</option>
      {isForeign && (
        <option value="" selected={chosen === '' || chosen === String(delegate_id)}>
          {delegate_username}
        </option>
      )}
      {maintainers.map(({ id, username }) => (
        <option value={id} selected={String(id) === chosen}>
          {username}
        </option>
      ))}
    </select>
  )
}

interface BundleFormProps {
  context: RequestContext
  path: string
  bundles: readonly BundleRow[]
}

/** A form that adds the patches of the page to a bundle of the user, existing or new. */
export function BundleForm({ context, path, bundles }: BundleFormProps) {
  return (
    <>
      {bundles.length > 0 && (
        <Form context={context} action={path} class="actions">
          <BundleSelect bundles={bundles} chosen={context.sent?.get('bundle_id')} />
          <button name="action" value="add">
            Add to bundle
          </button>
        </Form>
      )}
      <Form context={context} action={path} class="actions">
        <input
          name="bundle_name"
          value={context.sent?.get('bundle_name') ?? ''}
          placeholder="Bundle name"
          aria-label="Name of a new bundle"
          required
          maxLength={50}
        />
        <button name="action" value="create">
          Create
        </button>
      </Form>
    </>
  )
}
