import type { Order } from '../../db/pagination.js'
import { findListView, type ListView } from '../../domain/list-view.js'

/** The query of list pages: bookmarks of twenty years use these names and values. */

/** In the order of our links. */
const NAMES = [
  'view',
  'series',
  'submitter',
  'state',
  'q',
  'archive',
  'delegate',
  'checks',
  'order',
  'per_page',
] as const

type Name = (typeof NAMES)[number]

/** What lists can be sorted by; the subjects have the same names. */
const ORDERS = ['name', 'date', 'submitter', 'delegate', 'state'] as const

export type ListOrder = Order<(typeof ORDERS)[number]>

/** Longest value that is looked at. */
const MAX_LENGTH = 200

/** Rows of a page that an address may ask for, whatever the profile says. */
export const PAGE_SIZES: readonly number[] = [50, 100, 200, 500]

const DEFAULT_SIZE = 100
const MAX_SIZE = 1000

export interface ListQuery {
  /** As written, trimmed; blank ones are absent. */
  readonly values: ReadonlyMap<string, string>
  readonly order: ListOrder
  /** From 1; the list may have fewer. */
  readonly page: number
  readonly perPage: number
}

/** The number of a page, from 1; an invalid one counts as absent. */
export function parsePage(query: URLSearchParams): number {
  const page = query.get('page') ?? ''
  return /^[1-9]\d{0,6}$/.test(page) ? Number(page) : 1
}

/** Parses a query; invalid values count as absent. `size` is the page size in the viewer's profile. */
export function parseListQuery(query: URLSearchParams, size: number = DEFAULT_SIZE): ListQuery {
  const values = new Map<string, string>()
  for (const name of NAMES) {
    const value = (query.get(name) ?? '').trim().slice(0, MAX_LENGTH)
    if (value !== '') values.set(name, value)
  }
  if (!findListView(values.get('view'))) values.delete('view')
  const asked = Number(values.get('per_page'))
  if (!PAGE_SIZES.includes(asked)) values.delete('per_page')
  const perPage = PAGE_SIZES.includes(asked) ? asked : Math.min(Math.max(size, 1), MAX_SIZE)
  return {
    values,
    order: parseOrder(values.get('order')),
    page: parsePage(query),
    perPage,
  }
}

/** The newest first, unless the address knows better. */
function parseOrder(value = '-date'): ListOrder {
  const isDescending = value.startsWith('-')
  const by = ORDERS.find((name) => name === value.slice(isDescending ? 1 : 0))
  return by ? { by, isDescending } : { by: 'date', isDescending: true }
}

/**
 * What the list of an address shows. Addresses with filters and no view are older than the views of series, and go on
 * showing patches; one without either shows what its viewer wants to see first.
 */
export function listViewOf(query: URLSearchParams, first: ListView): ListView {
  const asked = findListView(query.get('view'))
  if (asked) return asked
  return query.has('page') || NAMES.some((name) => query.has(name)) ? 'patches' : first
}

/** The same query with its view, for links that must not fall back to the view that comes first. */
export function withListView(query: ListQuery, view: ListView): ListQuery {
  return { ...query, values: new Map([['view', view], ...query.values]) }
}

/** The query of an address like this one, with some values changed; it leads to the first page unless `page` says otherwise. */
export function queryWith(
  { values }: ListQuery,
  changes: Partial<Record<Name | 'page', string | number | undefined>> = {},
): string {
  const query = new URLSearchParams()
  for (const name of [...NAMES, 'page'] as const) {
    const value = name in changes ? changes[name] : values.get(name)
    if (value !== undefined && value !== '') query.set(name, String(value))
  }
  return `?${query}`
}
