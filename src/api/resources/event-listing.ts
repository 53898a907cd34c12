import { Type } from 'typebox'
import { inOrder } from '../../db/pagination.js'
import { type EventFilter, type EventOrder, listEventIds } from '../../domain/events/filter.js'
import { eventsById } from '../../domain/events/queries.js'
import { isSeriesCategory, listSeriesEventIds } from '../../domain/series-events/filter.js'
import { after } from '../framework/event-position.js'
import * as filters from '../framework/filters.js'
import { type Listing, readStrictFilter } from '../framework/listing.js'
import * as references from '../framework/reference-filters.js'
import type { RequestContext } from '../framework/request-context.js'
import { happened, project } from '../framework/shared-filters.js'
import { LATEST, schemaAt, VERSIONS, type Version } from '../framework/versions.js'
import { Event, toEvents } from './event.js'
import { toSeriesEvents } from './series-event.js'

/** How events are filtered and sorted, and which of their two tables has those that are asked for. */
export const EVENT_LISTING: Listing<EventFilter, EventOrder> = {
  list: async (db, filter, order, window) => await listOf(filter)(db, storedIn(filter), order, window),
  filters: {
    project,
    category: {
      filter: filters.oneOf(categoriesAt),
      field: 'category',
      description:
        'Of this category. Those of the versions of series and `check-requested` are listed only where this names them, with numbers of their own.',
      schemaAt: (version) => Type.String({ enum: categoriesAt(version) }),
    },
    series: { filter: references.seriesNumber, field: 'series', description: 'About this series: number.' },
    patch: { filter: references.patchNumber, field: 'patches', description: 'About this patch: number.' },
    cover: {
      filter: references.coverNumber,
      field: 'covers',
      description: 'About this cover letter: number.',
    },
    actor: {
      filter: references.user,
      field: 'actors',
      description: 'Made by these users: number or user name.',
    },
    ...happened,
    after: {
      filter: after,
      field: 'after',
      description:
        'With a larger number than this, the oldest first: a client that asks for what came after the last event that it has seen misses none and sees none twice. With the epoch before it, as in `EPOCH:N`, it is refused with 409 once events are numbered anew.',
      since: '1.4',
      order: 'id',
    },
  },
  order: { date: 'date', id: 'id' },
  orderSince: { id: '1.4' },
  defaultOrder: '-date',
}

/** The categories that came later than a version, which hides them. */
const HIDDEN = new Map(
  VERSIONS.map((version) => {
    const known = new Set(categoriesAt(version))
    return [version, categoriesAt(LATEST).filter((category) => !known.has(category))]
  }),
)

/** The names of the categories that a version knows. */
function categoriesAt(version: Version): string[] {
  const { anyOf = [] } = schemaAt(Event, version)
  return anyOf.map(({ properties }) => String(properties?.category?.const))
}

/** The part of the filter that requests cannot change. */
export function fixedFilter(version: Version): Partial<EventFilter> {
  return { hiddenCategories: HIDDEN.get(version) }
}

/** The filter that those who follow events ask for. Throws Invalid and Conflict. */
export async function readEventFilter(request: RequestContext): Promise<EventFilter> {
  return await readStrictFilter(request, EVENT_LISTING, fixedFilter(request.response.version))
}

/** Whether a filter asks for events that have a table, and numbers, of their own. */
export function isOfSeries({ category, hiddenCategories = [] }: EventFilter): boolean {
  return category !== undefined && !hiddenCategories.includes(category) && isSeriesCategory(category)
}

/** The list that has the category of a filter. */
function listOf(filter: EventFilter) {
  return isOfSeries(filter) ? listSeriesEventIds : listEventIds
}

/** Without conditions on categories that are in the other table. */
function storedIn(filter: EventFilter): EventFilter {
  return { ...filter, hiddenCategories: filter.hiddenCategories?.filter((each) => !isSeriesCategory(each)) }
}

/** The form of the events with some ids, in their order. */
export async function describeEvents(
  context: Pick<RequestContext, 'db' | 'response'>,
  isSeries: boolean,
  ids: readonly number[],
) {
  if (isSeries) return await toSeriesEvents(context, ids)
  return await toEvents(context, inOrder(ids, await eventsById(context.db, ids)))
}
