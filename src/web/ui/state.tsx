import type { State } from '../../domain/states/queries.js'

/** The state of a patch: its name, with a dot in the colour of usual states. */
export function StateLabel({ state }: { state: Pick<State, 'name' | 'slug'> }) {
  return (
    <span class="state" data-state={state.slug}>
      {state.name}
    </span>
  )
}
