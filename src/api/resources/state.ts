import { Type } from 'typebox'
import { listStates } from '../../domain/states/queries.js'
import { operation, type Resource } from '../framework/operation.js'
import { flag, text } from '../framework/schema.js'

const State = Type.Object(
  {
    id: Type.Integer({ description: 'Number of the state.', minimum: 1 }),
    slug: text('Its name in the API.'),
    name: text('Its name on pages.'),
    order: Type.Integer({ description: 'Its place among the states.' }),
    action_required: flag('Whether a patch in it asks somebody to act.'),
  },
  { $id: 'State', description: 'Where a patch stands.' },
)

export const STATES: Resource = {
  path: '/states/',
  tag: 'States',
  get: operation({
    id: 'states_list',
    summary: 'List the states of patches',
    description: 'All states in their order, on one page. The first is that of new patches.',
    answer: Type.Array(State),
    async handle({ db }) {
      return (await listStates(db)).map(({ id, slug, name, ordering, action_required }) => ({
        id,
        slug,
        name,
        order: ordering,
        action_required: action_required === 1,
      }))
    },
  }),
}
