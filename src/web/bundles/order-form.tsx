import type { ListedBundle } from '../../domain/bundles/queries.js'
import type { PatchLine } from '../../domain/patches/list.js'
import { bundlePath } from '../../util/urls.js'
import type { UserContext } from '../framework/auth-guard.js'
import { ROWS_PER_PAGE } from '../framework/row-page.js'
import { Form } from '../ui/form.js'

interface BundleOrderProps {
  context: UserContext
  bundle: ListedBundle
  rows: readonly PatchLine[]
  /** Number of patches of the bundle before these. */
  start: number
}

/** Where a bundle is put in order: by numbers and buttons; with a script also by drag and by the arrow keys. */
export function BundleOrder({ context, bundle, rows, start }: BundleOrderProps) {
  return (
    <details class="card order" id="order" open={context.query.has('order') || context.sent?.has('shown')}>
      <summary>Change the order</summary>
      <p class="help" data-scripted hidden>
        Drag the patches, or move the focused one with Alt and the arrow keys; then save.
      </p>
      <Form context={context} action={`${bundlePath(bundle.owner, bundle.name)}order/${pageQuery(start)}`}>
        {/* What Enter in a field presses: not the first button that goes up. */}
        <button class="hidden" tabIndex={-1} aria-hidden="true">
          Save order
        </button>
        <input type="hidden" name="start" value={start} />
        <input type="hidden" name="shown" value={rows.map(({ id }) => id).join(',')} />
        <ol data-start={start}>
          {rows.map((row, index) => (
            <Place
              row={row}
              index={start + index}
              isLast={start + index === bundle.patches - 1}
              sent={context.sent?.get(`position-${row.id}`)}
            />
          ))}
        </ol>
        <button class="main">Save order</button>
      </Form>
      <p class="hidden" role="status" data-told />
    </details>
  )
}

/** The current page of the bundle, to return to it. */
function pageQuery(start: number): string {
  return start > 0 ? `?page=${start / ROWS_PER_PAGE + 1}` : ''
}

interface PlaceProps {
  row: PatchLine
  index: number
  isLast: boolean
  /** The place that was entered in a form that was refused. */
  sent: string | null | undefined
}

function Place({ row: { id, name }, index, isLast, sent }: PlaceProps) {
  return (
    <li>
      <input
        name={`position-${id}`}
        value={sent ?? index + 1}
        inputMode="numeric"
        size={3}
        maxLength={6}
        aria-label={`Place of ${name}`}
      />
      <span class="name">
        <bdi>{name}</bdi>
      </span>
      <button name="up" value={id} aria-label={`Up: ${name}`} disabled={index === 0}>
        ↑
      </button>
      <button name="down" value={id} aria-label={`Down: ${name}`} disabled={isLast}>
        ↓
      </button>
    </li>
  )
}
