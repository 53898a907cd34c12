import { undoPath } from '../../util/urls.js'
import type { RequestContext } from '../framework/request-context.js'
import { Form } from './form.js'

interface UndoFormProps {
  context: RequestContext
  /** The number of the change. */
  change: number
  /** The name of the button for screen readers. */
  label?: string | undefined
}

/** A button that undoes a change of patches, and leads back to this page. */
export function UndoForm({ context, change, label }: UndoFormProps) {
  return (
    <Form context={context} action={undoPath(change)} class="undo">
      <input type="hidden" name="next" value={context.request.url} />
      <button aria-label={label}>Undo</button>
    </Form>
  )
}
