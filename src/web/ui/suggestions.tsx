import type { OpenItem, OpenSuggestion } from '../../domain/automation/queries.js'
import type { State } from '../../domain/states/queries.js'
import type { RequestContext } from '../framework/request-context.js'
import { countOfPatches } from '../text/count.js'
import { Form } from './form.js'

interface SuggestionsProps {
  context: RequestContext
  suggestions: readonly OpenSuggestion[]
  states: readonly State[]
  /** Whether the viewer may follow and dismiss them; others only read them. */
  isEditable: boolean
  /** Whether the patches are named: the page is not about them. */
  namesPatches?: boolean
}

/** What rules suggest, each with a button that does it. */
export function Suggestions(props: SuggestionsProps) {
  const { context, suggestions, states, isEditable, namesPatches = false } = props
  return (
    <>
      {suggestions.map((suggestion) => (
        <section class="notice suggestion" aria-label={`Suggestion ${suggestion.id}`}>
          <p>
            <bdi>{suggestion.evidence}</bdi> {sentenceOf(suggestion, states)}
          </p>
          {namesPatches && <PatchNames items={suggestion.items} />}
          {isEditable && <Buttons context={context} suggestion={suggestion} states={states} />}
        </section>
      ))}
    </>
  )
}

/** Maximum number of patches that are named for each suggestion. */
const MAX_NAMES = 10

/** The patches that a suggestion is about, each a link. */
function PatchNames({ items }: { items: readonly OpenItem[] }) {
  const rest = items.length - MAX_NAMES
  return (
    <ul>
      {items.slice(0, MAX_NAMES).map(({ patch_id, name }) => (
        <li>
          <a href={`/patch/${patch_id}/`}>
            <bdi>{name}</bdi>
          </a>
        </li>
      ))}
      {rest > 0 && <li>{`and ${countOfPatches(rest)} more`}</li>}
    </ul>
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
  return `Mark ${what} as ${namesOf(items, states).join(' and ')}`
}

/** What is not done yet: `3 patches of series 7 (v1) still are not Superseded.` */
function sentenceOf({ rule, items }: OpenSuggestion, states: readonly State[]): string {
  if (items[0]?.archived === 1) return ''
  const what = items.length === 1 ? 'One patch' : `${items.length} patches`
  // The page may be that of the newer version.
  const series = rule === 'superseded' ? seriesOf(items) : []
  const where = series.length > 0 ? ` of ${series.join(' and ')}` : ''
  const verb = items.length === 1 ? 'still is' : 'still are'
  return `${what}${where} ${verb} not ${namesOf(items, states).join(' or ')}.`
}

function seriesOf(items: readonly OpenItem[]): string[] {
  const names = items.flatMap(({ series_id, version }) =>
    series_id === null ? [] : `series ${series_id} (v${version})`,
  )
  return [...new Set(names)]
}

/** The names of the states that are suggested, each once. */
function namesOf(items: readonly OpenItem[], states: readonly State[]): string[] {
  const names = new Map(states.map(({ id, name }) => [id, name]))
  return [...new Set(items.map(({ state_id }) => names.get(state_id ?? 0) ?? 'a removed state'))]
}
