import { MAX_BUNDLES } from '../../domain/bundles/rules.js'

interface Props {
  /** The viewer's own of a project, one more than is shown where there are others. */
  bundles: readonly { id: number; name: string }[]
  /** The number of the one that was chosen in a form that was refused. */
  chosen: string | null | undefined
}

/** A selection of the user's bundles. */
export function BundleSelect({ bundles, chosen }: Props) {
  return (
    <>
      <select name="bundle_id" aria-label="Bundle">
        {bundles.slice(0, MAX_BUNDLES).map(({ id, name }) => (
          <option value={id} selected={String(id) === chosen}>
            {name}
          </option>
        ))}
      </select>
      {bundles.length > MAX_BUNDLES && (
        <span class="muted">The first {MAX_BUNDLES} of your bundles are listed, by name.</span>
      )}
    </>
  )
}
