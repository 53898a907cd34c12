import { type Static, Type } from 'typebox'
import { operation, type Resource } from '../framework/operation.js'
import type { ResponseContext } from '../framework/response-context.js'
import { address } from '../framework/schema.js'

const Index = Type.Object(
  {
    projects: address('Where the projects are.'),
    users: address('Where the users are.'),
    people: address('Where the people are.'),
    patches: address('Where the patches are.'),
    covers: address('Where the cover letters are.'),
    series: address('Where the series are.'),
    events: address('Where the events are.'),
    bundles: address('Where the bundles are.'),
  },
  { $id: 'Index', description: 'Where to begin.' },
)

export const INDEX: Resource = {
  path: '/',
  tag: 'Index',
  get: operation({
    id: 'api_list',
    summary: 'List what there is',
    description: 'The addresses of all lists.',
    answer: Index,
    handle: async ({ response }) => indexAt(response),
  }),
}

function indexAt({ url }: ResponseContext): Static<typeof Index> {
  return {
    projects: url('/projects/'),
    users: url('/users/'),
    people: url('/people/'),
    patches: url('/patches/'),
    covers: url('/covers/'),
    series: url('/series/'),
    events: url('/events/'),
    bundles: url('/bundles/'),
  }
}
