import type { VNode } from 'preact'
import { moveStateBy, STATES } from '../../domain/states/commands.js'
import { listStates, type State } from '../../domain/states/queries.js'
import { STATE_RULES } from '../../domain/states/rules.js'
import type { StateChange } from '../../domain/states/updates.js'
import { actorOf, type UserContext } from '../framework/auth-guard.js'
import type { Field, Values } from '../framework/fields.js'
import { numberParameter } from '../framework/parameters.js'
import type { AppContext } from '../framework/request-context.js'
import { Form } from '../ui/form.js'
import { addAdminForm } from './admin.js'
import { addCrudPages } from './crud-pages.js'

const PATH = '/admin/states/'

const FIELDS: readonly Field[] = [
  { name: 'name', label: 'Name', kind: 'text', isRequired: true, rule: STATE_RULES.name },
  {
    name: 'slug',
    label: 'Slug',
    kind: 'text',
    isRequired: true,
    rule: STATE_RULES.slug,
    help: 'Its name for programs and hint headers; update them if it changes.',
  },
  {
    name: 'action_required',
    label: 'Action required',
    kind: 'flag',
    help: 'Patches in this state appear in lists and todo lists until somebody acts on them.',
  },
]

/** The states that patches go through. */
export function addStatePages(appContext: AppContext): void {
  addCrudPages<State, StateChange>(appContext, {
    path: PATH,
    kind: 'state',
    title: 'States',
    intro: 'The states of all projects, in their order. The first is the one of new patches.',
    fields: FIELDS,
    columns: ['Slug', 'Action required'],
    cells: ({ slug, action_required }) => [slug, action_required === 1 ? 'yes' : 'no'],
    list: listStates,
    fresh: () => ({}),
    read: stateOf,
    table: STATES,
    handle: (context, state, states) => <MoveButtons context={context} state={state} states={states} />,
    taken: 'Another state has that name or that slug.',
  })
  addAdminForm(appContext, `${PATH}:id/move/`, async (context, form) => {
    const way = form.get('way') === 'up' ? 'up' : 'down'
    await moveStateBy(context.db, actorOf(context), numberParameter(context.request, 'id'), way)
    return context.reply.redirect(PATH)
  })
}

interface MoveProps {
  context: UserContext
  state: State
  states: readonly State[]
}

function MoveButtons({ context, state, states }: MoveProps): VNode {
  return (
    <Form context={context} class="move" action={`${PATH}${state.id}/move/`}>
      <button name="way" value="up" disabled={state === states[0]} aria-label={`Move ${state.name} up`}>
        ↑
      </button>
      <button
        name="way"
        value="down"
        disabled={state === states.at(-1)}
        aria-label={`Move ${state.name} down`}
      >
        ↓
      </button>
    </Form>
  )
}

function stateOf({ name, slug, action_required }: Values): StateChange {
  return { name: String(name), slug: String(slug), action_required: Number(action_required) }
}
