import type { OpenItem, OpenSuggestion } from '../../domain/automation/queries.js'
import type { State } from '../../domain/states/queries.js'
import type { RequestContext } from '../framework/request-context.js'
import { Form } from './form.js'

interface SuggestionsProps {
  context: RequestContext
  suggestions: readonly OpenSuggestion[]
  states: readonly State[]
  /** Whether the viewer may follow and dismiss them; others only read them. */
  isEditable: boolean
}

/** What rules suggest for the patches of a page, each with a button that does it. */
export function Suggestions({ context, suggestions, states, isEditable }: SuggestionsProps) {
  return (
    <>
      {suggestions.map((suggestion) => (
        <section class="notice suggestion" aria-label="Suggestion">
          <p>
            <bdi>{suggestion.evidence}</bdi> {sentenceOf(suggestion.items, states)}
          </p>
          {isEditable && <Buttons context={context} suggestion={suggestion} states={states} />}
        </section>
      ))}
    </>
  )
}

function Buttons({
  context,
  suggestion,
  states,
}: {
  context: RequestContext
  suggestion: OpenSuggestion
  states: readonly State[]
}) {
  const path = `/suggestion/${suggestion.id}/`
  return (
    <div class="actions">
      <Form context={context} action={`${path}apply/`}>
        <input type="hidden" name="next" value={context.request.url} />
        <button class="main">{labelOf(suggestion.items, states)}</button>
      </Form>
      <Form context={context} action={`${path}dismiss/`}>
        <input type="hidden" name="next" value={context.request.url} />
        <button aria-label={`Dismiss: ${suggestion.evidence}`}>Dismiss</button>
      </Form>
    </div>
  )
}

/** What following it does: `Mark these 3 patches as Superseded`. */
function labelOf(items: readonly OpenItem[], states: readonly State[]): string {
  const [first] = items
  const what = items.length === 1 ? 'this patch' : `these ${items.length} patches`
  if (first?.archived === 1) return `Archive ${what}`
  const names = [...new Set(items.map(({ state_id }) => nameOf(state_id, states)))]
  return `Mark ${what} as ${names.join(' and ')}`
}

function sentenceOf(items: readonly OpenItem[], states: readonly State[]): string {
  const verb = items.length === 1 ? 'still is' : 'still are'
  if (items[0]?.archived === 1) return ''
  const names = [...new Set(items.map(({ state_id }) => nameOf(state_id, states)))]
  return `${items.length === 1 ? 'One patch' : `${items.length} patches`} ${verb} not ${names.join(' or ')}.`
}

function nameOf(id: number | null, states: readonly State[]): string {
  return states.find((state) => state.id === id)?.name ?? 'a removed state'
}
