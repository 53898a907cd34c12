import type { FastifyReply } from 'fastify'
import type { TSchema } from 'typebox'
import { containsEach, type FilterClause, listIds } from '../../db/pagination.js'
import type { Schema } from '../../db/schema.js'
import type { Filter } from './filters.js'
import { parseOrder, searchWords } from './order.js'
import { linkHeader, type PlacedPage, pageNumber, parsePage } from './pagination.js'
import type { RequestContext } from './request-context.js'
import { isSince, type Version } from './versions.js'

/** How a table is listed. */
export interface Listing {
  readonly table: keyof Schema
  /** Parameter name → its meaning, its column and its first version. */
  readonly filters: Readonly<Record<string, Parameter>>
  /** Key → SQL that sorts. */
  readonly order: Readonly<Record<string, string>>
  /** The version that brought a key, of those that have not always been there. */
  readonly orderSince?: Readonly<Record<string, Version>>
  readonly defaultOrder: string
  /** Columns that `q` looks into. */
  readonly search: readonly string[]
}

export interface Parameter {
  readonly filter: Filter
  readonly column: string
  /** The rows that remain, in words. */
  readonly description: string
  readonly since?: Version
  /** Its schema in the document, where that says more than the filter's. */
  readonly schemaAt?: (version: Version) => TSchema
  /** The order of a list that is filtered by it, where nothing else is asked for. */
  readonly order?: string
}

/** The parameters that a version knows, with their names. */
export function parametersAt(listing: Listing, version: Version): [string, Parameter][] {
  return Object.entries(listing.filters).filter(([, { since }]) => isSince(version, since ?? '1.0'))
}

/** What a version can sort by: key → SQL. */
export function orderAt({ order, orderSince = {} }: Listing, version: Version): Record<string, string> {
  const known = Object.entries(order).filter(([key]) => isSince(version, orderSince[key] ?? '1.0'))
  return Object.fromEntries(known)
}

/**
 * The page of a list that is asked for; sets the headers `Link` and `X-Total-Count`. `fixed` are criteria that nobody
 * can ask away. Throws NotFound for no page.
 */
export async function placePage(
  request: RequestContext,
  reply: FastifyReply,
  listing: Listing,
  path: string,
  fixed: readonly FilterClause[] = [],
): Promise<PlacedPage> {
  const { db, response, query } = request
  const asking = parametersAt(listing, response.version).filter(([name]) => query.has(name))
  const criteria = [...fixed]
  for (const [name, { filter, column }] of asking)
    criteria.push(...(await filter.criteria(db, query.getAll(name), column, response.version)))
  criteria.push(...containsEach(db, listing.search, searchWords(query.getAll('q').at(-1) ?? '')))
  const preferring = asking.find(([name, parameter]) => parameter.order && query.getAll(name).at(-1))
  const fallback = preferring?.[1].order ?? listing.defaultOrder
  const order = parseOrder(query.getAll('order').at(-1), orderAt(listing, response.version), fallback)
  const { perPage, number: wanted, skip } = parsePage(query)
  const read = (number: number) => {
    const offset = (number - 1) * perPage + skip
    return listIds(db, listing.table, { criteria, order, limit: perPage - skip, offset })
  }
  // A page's place is known before the rows are counted, but for the last one.
  const guess = typeof wanted === 'number' ? wanted : 1
  let { ids, total } = await read(guess)
  const pages = Math.max(1, Math.ceil(total / perPage))
  const number = pageNumber(wanted, pages)
  if (number !== guess) ({ ids, total } = await read(number))
  const page = { ids, url: response.api + path, number, pages, perPage, skip }
  void reply.header('link', linkHeader(query, page))
  void reply.header('x-total-count', total)
  return page
}
