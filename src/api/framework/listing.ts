import type { FastifyReply } from 'fastify'
import type { TSchema } from 'typebox'
import type { IdLister, IdPage, Order } from '../../db/pagination.js'
import { searchWords } from '../../domain/search-words.js'
import { Invalid } from '../../util/errors.js'
import { type Cursor, cursorAfter, cursorLinks, parseCursor } from './cursor.js'
import { type Filter, InvalidValue, MATCHES_NOTHING, noneOf, STRICT_SINCE } from './filter.js'
import { parseOrder, unknownKey } from './order.js'
import { linkHeader, pageNumber, parsePage } from './pagination.js'
import type { RequestContext } from './request-context.js'
import { isSince, type Version } from './versions.js'

/** The documentation of a list. */
export interface ListDescription {
  readonly filters: Readonly<Record<string, ParameterDescription>>
  /** Sort keys: key → name of the order in the subject. */
  readonly order: Readonly<Record<string, string>>
  /** The first version of a key; without an entry, all versions. */
  readonly orderSince?: Readonly<Record<string, Version>>
  readonly defaultOrder: string
  /** Whether it has `q`: words to search for. */
  readonly isSearched?: boolean
}

/** How the API's words for a list are translated to the filter and the orders of its subject. */
export interface Listing<F extends object, By extends string> extends ListDescription {
  readonly list: IdLister<F, By>
  /** Parameter → how it is read, the field of the filter that it becomes, and since when. */
  readonly filters: Readonly<Record<string, Parameter<F>>>
  /** Key → name of the order in the subject. */
  readonly order: Readonly<Record<string, By>>
}

export interface ParameterDescription {
  readonly filter: { readonly schema: TSchema; readonly isMultiple?: boolean }
  /** The rows that remain, in words. */
  readonly description: string
  readonly since?: Version
  /** Its schema in the document, if it differs from the filter's. */
  readonly schemaAt?: (version: Version) => TSchema
  /** The order of a list that is filtered by it, where nothing else is asked for. */
  readonly order?: string
}

/** A parameter that becomes one field of a filter. */
export interface FieldParameter<K extends PropertyKey, V> extends ParameterDescription {
  readonly filter: Filter<V>
  readonly field: K
}

type Parameter<F extends object> = {
  [K in keyof F]-?: FieldParameter<K, Exclude<F[K], undefined>>
}[keyof F]

/** The parameters that a version knows, with their names. */
export function parametersAt<P extends ParameterDescription>(
  { filters }: { readonly filters: Readonly<Record<string, P>> },
  version: Version,
): [string, P][] {
  return Object.entries(filters).filter(([, { since }]) => isSince(version, since ?? '1.0'))
}

/** Sort keys of a version: key → name of the order in the subject. */
export function orderAt<By extends string>(
  { order, orderSince = {} }: ListDescription & { readonly order: Readonly<Record<string, By>> },
  version: Version,
): Record<string, By> {
  const known = Object.entries(order).filter(([key]) => isSince(version, orderSince[key] ?? '1.0'))
  return Object.fromEntries(known)
}

/** What a list has in one version. */
interface ListingAt<F extends object, By extends string> {
  readonly parameters: readonly [string, Parameter<F>][]
  /** The names of parameters that prefer an order, each with that order. */
  readonly preferred: readonly [string, string][]
  readonly order: Readonly<Record<string, By>>
}

const listingsAt = new WeakMap<object, Map<Version, unknown>>()

/** The same listing as a version has it, made once: each request needs it. */
function listingAt<F extends object, By extends string>(
  listing: Listing<F, By>,
  version: Version,
): ListingAt<F, By> {
  let versions = listingsAt.get(listing)
  if (!versions) listingsAt.set(listing, (versions = new Map()))
  let known = versions.get(version) as ListingAt<F, By> | undefined
  if (!known) {
    const parameters = parametersAt(listing, version)
    const preferred = parameters.flatMap(([name, { order }]): [string, string][] =>
      order === undefined ? [] : [[name, order]],
    )
    versions.set(version, (known = { parameters, preferred, order: orderAt(listing, version) }))
  }
  return known
}

/** The rows of a page. */
export interface PlacedPage {
  readonly ids: number[]
  /** The `Link` header; `shown` is how many rows the answer has where it ended early. */
  readonly link: (shown?: number) => string
}

/**
 * The requested page of a list; sets the headers `Link` and `X-Total-Count`. `fixed` is the part of the filter that
 * requests cannot override. Throws NotFound for an invalid page, Invalid for an invalid cursor.
 */
export async function placePage<F extends object, By extends string>(
  request: RequestContext,
  reply: FastifyReply,
  listing: Listing<F, By>,
  path: string,
  fixed: Partial<F> = {},
): Promise<PlacedPage> {
  const { db, response, query } = request
  const filter = await readFilter(request, listing, fixed)
  const order = readOrder(request, listing)
  const cursor = parseCursor(query, order, response.version)
  if (cursor) return await readOn(request, reply, { listing, path, filter, order, cursor })
  const { perPage, number: wanted, skip } = parsePage(query)
  const read = async (number: number): Promise<IdPage> => {
    const offset = (number - 1) * perPage + skip
    if (filter === MATCHES_NOTHING) return { ids: [], total: 0 }
    return await listing.list(db, filter, order, { limit: perPage - skip, offset })
  }
  // A page's place is known before the rows are counted, but for the last one.
  const guess = typeof wanted === 'number' ? wanted : 1
  let { ids, total } = await read(guess)
  const pages = Math.max(1, Math.ceil(total / perPage))
  const number = pageNumber(wanted, pages)
  if (number !== guess) ({ ids, total } = await read(number))
  const place = { url: response.api + path, number, pages, perPage, skip }
  const link = (shown?: number) => linkHeader(query, place, shown)
  void reply.header('link', link())
  void reply.header('x-total-count', total)
  return { ids, link }
}

interface ReadOn<F extends object, By extends string> {
  readonly listing: Listing<F, By>
  readonly path: string
  readonly filter: F | typeof MATCHES_NOTHING
  readonly order: readonly Order<By>[]
  readonly cursor: Cursor
}

/** The page behind a cursor; sets the header `Link`. Nothing is counted, so that it costs the same wherever it is. */
async function readOn<F extends object, By extends string>(
  { db, response, query }: RequestContext,
  reply: FastifyReply,
  { listing, path, filter, order, cursor }: ReadOn<F, By>,
): Promise<PlacedPage> {
  const { perPage } = parsePage(query)
  const window = { limit: perPage, offset: 0, after: cursor.after }
  const {
    ids,
    positions = [],
    hasMore = false,
  }: IdPage = filter === MATCHES_NOTHING
    ? { ids: [], total: 0 }
    : await listing.list(db, filter, order, window)
  const link = (shown = ids.length) => {
    const last = positions[shown - 1]
    const isEnd = !last || (shown === ids.length && !hasMore)
    return cursorLinks(query, response.api + path, isEnd ? undefined : cursorAfter(last, cursor.order))
  }
  void reply.header('link', link())
  return { ids, link }
}

/**
 * The filter that the parameters ask for. Throws Invalid with the invalid values, by parameter; in versions before
 * `STRICT_SINCE`, such values match nothing or are ignored.
 */
async function readFilter<F extends object, By extends string>(
  request: RequestContext,
  listing: Listing<F, By>,
  fixed: Partial<F>,
): Promise<F | typeof MATCHES_NOTHING> {
  if (isSince(request.response.version, STRICT_SINCE)) return await readStrictFilter(request, listing, fixed)
  const { filter, invalid } = await translate(request, listing, fixed)
  return Object.values(invalid).every(({ isIgnored }) => isIgnored) ? filter : MATCHES_NOTHING
}

/** The filter that the parameters ask for. Throws Invalid with the invalid values, by parameter. */
export async function readStrictFilter<F extends object, By extends string>(
  request: RequestContext,
  listing: Listing<F, By>,
  fixed: Partial<F>,
): Promise<F> {
  const { filter, invalid } = await translate(request, listing, fixed)
  refuse(invalid)
  return filter
}

interface Translated<F> {
  readonly filter: F
  /** By parameter; the filter lacks them. */
  readonly invalid: Readonly<Record<string, InvalidValue>>
}

async function translate<F extends object, By extends string>(
  request: RequestContext,
  listing: Listing<F, By>,
  fixed: Partial<F>,
): Promise<Translated<F>> {
  const { db, response, query } = request
  const clock = () => request.now
  const filter: Record<PropertyKey, unknown> = {}
  const invalid: Record<string, InvalidValue> = {}
  for (const [name, parameter] of listingAt(listing, response.version).parameters) {
    if (!query.has(name)) continue
    const value: unknown = await parameter.filter.read(db, query.getAll(name), response.version, clock)
    if (value instanceof InvalidValue) invalid[name] = value
    else filter[parameter.field] = value
  }
  if (listing.isSearched) filter.words = searchWords(query.getAll('q').at(-1) ?? '', /[\s,]+/)
  // The types of its parameters are those of its fields.
  return { filter: { ...filter, ...fixed } as F, invalid }
}

/** Throws Invalid if there is anything, with a sentence for each parameter. */
function refuse(invalid: Readonly<Record<string, InvalidValue>>): void {
  const problems = Object.entries(invalid).map(([name, { sentence }]) => [name, [sentence]])
  if (problems.length > 0)
    throw new Invalid('A parameter has an invalid value.', Object.fromEntries(problems))
}

/**
 * The order that is asked for, or that of a parameter which prefers one, or the usual one. Throws Invalid for a key that
 * the list does not have; older versions skip it.
 */
function readOrder<F extends object, By extends string>(
  { response, query }: RequestContext,
  listing: Listing<F, By>,
): Order<By>[] {
  const { preferred, order: keys } = listingAt(listing, response.version)
  const preferring = preferred.find(([name]) => query.getAll(name).at(-1))
  const fallback = preferring?.[1] ?? listing.defaultOrder
  const asked = query.getAll('order').at(-1)
  if (isSince(response.version, STRICT_SINCE)) {
    const unknown = unknownKey(asked, keys)
    if (unknown !== undefined) refuse({ order: noneOf(unknown, Object.keys(keys)) })
  }
  return parseOrder(asked, keys, fallback)
}
