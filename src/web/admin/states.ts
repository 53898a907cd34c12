import { deleteState, insertState, listStates, type State, updateState } from '../../store/state.js'
import type { Mount } from '../visit.js'
import type { Field, Values } from './fields.js'
import { addKeptPages } from './table-pages.js'

const FIELDS: readonly Field[] = [
  { name: 'name', label: 'Name', kind: 'text', isRequired: true },
  {
    name: 'slug',
    label: 'Slug',
    kind: 'text',
    isRequired: true,
    check: (text) =>
      /^[a-z\d]+(?:-[a-z\d]+)*$/.test(text)
        ? undefined
        : 'A slug is made of small letters, digits and single hyphens between them.',
    help: 'What programs and hint headers call it; they must be told if it changes.',
  },
  { name: 'ordering', label: 'Place', kind: 'number', help: 'Lower comes first; new patches get the first.' },
  {
    name: 'action_required',
    label: 'Action required',
    kind: 'flag',
    help: 'Patches in it stand in lists and todo lists until somebody deals with them.',
  },
]

/** The states that patches go through. */
export function addStatePages(mount: Mount): void {
  addKeptPages<State>(mount, {
    path: '/admin/states/',
    kind: 'state',
    title: 'States',
    intro: 'The states of all projects, in their order. The first is the one of new patches.',
    fields: FIELDS,
    columns: ['Slug', 'Place', 'Action required'],
    cells: ({ slug, ordering, action_required }) => [slug, ordering, action_required === 1 ? 'yes' : 'no'],
    list: listStates,
    fresh: (states) => ({ ordering: (states.at(-1)?.ordering ?? 0) + 1 }),
    insert: (db, values) => insertState(db, stateOf(values)),
    update: (db, { id }, values) => updateState(db, id, stateOf(values)),
    remove: async (db, id) => (await listStates(db)).length > 1 && (await deleteState(db, id)),
    taken: 'Another state has that name, that slug or that place.',
  })
}

function stateOf({ name, slug, ordering, action_required }: Values) {
  return {
    name: String(name),
    slug: String(slug),
    ordering: Number(ordering),
    action_required: Number(action_required),
  }
}
