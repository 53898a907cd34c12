import type { Time } from '../../db/schema.js'
import type { EventFilter } from './filter.js'

/** What a filter looks at of an event. */
export interface FeedEvent {
  readonly id: number
  readonly category: string
  readonly date: Time
  readonly project_id: number
  readonly actor_id: number | null
  readonly patch_id: number | null
  readonly series_id: number | null
  readonly cover_id: number | null
}

type Test<V> = (event: FeedEvent, value: V) => boolean

function among(
  column: 'project_id' | 'actor_id' | 'patch_id' | 'series_id' | 'cover_id',
): Test<readonly number[]> {
  return (event, ids) => {
    const id = event[column]
    return id !== null && ids.includes(id)
  }
}

/** What each field of a filter asks of an event: the same as its clause in `filter.ts` asks of a row. */
const TESTS: { readonly [K in keyof EventFilter]-?: Test<Exclude<EventFilter[K], undefined>> } = {
  hiddenCategories: ({ category }, hidden) => !hidden.includes(category),
  projects: among('project_id'),
  category: (event, category) => event.category === category,
  series: among('series_id'),
  patches: among('patch_id'),
  covers: among('cover_id'),
  actors: among('actor_id'),
  since: ({ date }, time) => date >= time,
  before: ({ date }, time) => date < time,
  after: ({ id }, last) => id > last,
}

/** Whether a filter lets an event through, without asking the database. */
export function matchesFilter(filter: EventFilter, event: FeedEvent): boolean {
  return (Object.keys(TESTS) as (keyof EventFilter)[]).every((field) => {
    const value = filter[field]
    // The test of a field takes its values.
    return value === undefined || (TESTS[field] as Test<unknown>)(event, value)
  })
}
