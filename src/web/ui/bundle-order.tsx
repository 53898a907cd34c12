import type { ListedBundle } from '../../domain/bundles/bundles.js'
import type { PatchLine } from '../../domain/patches/list.js'
import { bundlePath } from '../../util/urls.js'
import type { OwnVisit } from '../framework/auth-guard.js'
import { Form } from './form.js'

interface BundleOrderProps {
  visit: OwnVisit
  bundle: ListedBundle
  rows: readonly PatchLine[]
  /** How many patches of the bundle stand before these. */
  start: number
}

/** Where a bundle is put in order: by numbers and buttons; with a script also by drag and by the arrow keys. */
export function BundleOrder({ visit, bundle, rows, start }: BundleOrderProps) {
  return (
    <details class="card order" id="order" open={visit.query.has('order')}>
      <summary>Change the order</summary>
      <p class="help" data-scripted hidden>
        Drag the patches, or move the one that has the focus with Alt and the arrow keys; then save.
      </p>
      <Form visit={visit} action={`${bundlePath(bundle.owner, bundle.name)}order/`}>
        {/* What Enter in a field presses: not the first button that goes up. */}
        <button class="hidden" tabIndex={-1} aria-hidden="true">
          Save order
        </button>
        <ol data-start={start}>
          {rows.map((row, index) => (
            <Place row={row} index={start + index} isLast={start + index === bundle.patches - 1} />
          ))}
        </ol>
        <button class="main">Save order</button>
      </Form>
      <p class="hidden" role="status" data-told />
    </details>
  )
}

function Place({ row: { id, name }, index, isLast }: { row: PatchLine; index: number; isLast: boolean }) {
  return (
    <li>
      <input
        name={`position-${id}`}
        value={index + 1}
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
