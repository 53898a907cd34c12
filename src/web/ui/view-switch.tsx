import type { ListView } from '../../domain/list-view.js'
import type { RequestContext } from '../framework/request-context.js'
import { Form } from './form.js'

interface ViewSwitchProps {
  context: RequestContext
  /** What the list shows. */
  view: ListView
}

const VIEWS = [
  ['series', 'Series'],
  ['patches', 'Patches'],
] as const

/** Switches a list between series and patches, and has the choice remembered. */
export function ViewSwitch({ context, view }: ViewSwitchProps) {
  const buttons = (
    <>
      <input type="hidden" name="next" value={context.request.url} />
      {VIEWS.map(([name, text]) => (
        <button name="view" value={name} aria-pressed={name === view ? 'true' : 'false'}>
          {text}
        </button>
      ))}
    </>
  )
  if (context.viewer)
    return (
      <Form context={context} action="/user/list-view/" class="views">
        {buttons}
      </Form>
    )
  return (
    <form method="post" action="/list-view/" class="views">
      {buttons}
    </form>
  )
}
