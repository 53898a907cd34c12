import { sql } from 'kysely'
import { counterFor } from './counters.js'
import type { Position } from './cursor.js'
import { anyOf, type Clauses, clausesOf } from './filter.js'
import { readAfter } from './following-rows.js'
import {
  contentKeyOf,
  type IdTable,
  isSearch,
  keyOf,
  type OrderKey,
  orderNameOf,
  type PageRequest,
  type Shape,
  scanning,
  selectInOrder,
  selectMatches,
  valuesOf,
  type Window,
} from './list-shape.js'
import { prepareShapes } from './prepared.js'
import { cachedRows, uncachedRows } from './row-cache.js'
import type { Database } from './schema.js'
import { isSilentTable } from './silent-tables.js'
import { knownTotal, remembering } from './slow-totals.js'

/** One key of an order, by the name that the subject has for it. */
export interface Order<By extends string = string> {
  readonly by: By
  readonly isDescending: boolean
}

/** What each name of an order sorts by: SQL written by us. */
export type Orders<By extends string> = Readonly<Record<By, string | ((db: Database) => Promise<string>)>>

/** The ids of the rows on one page, in order, and the number of rows on all pages, where it is counted up to `most`. */
export interface IdPage {
  readonly ids: number[]
  readonly total: number
  /** Of a list that is read on: where each row is, and whether there are more; `total` is 0. */
  readonly positions?: readonly Position[]
  readonly hasMore?: boolean
}

/** Finds one page of a list. */
export type IdLister<F extends object, By extends string> = (
  db: Database,
  filter: F,
  order: readonly Order<By>[],
  window: Window,
) => Promise<IdPage>

/** Makes the function that lists a table: by what its filter and its orders mean. */
export function idLister<F extends object, By extends string>(
  table: IdTable,
  clauses: Clauses<F>,
  orders: Orders<By>,
): IdLister<F, By> {
  return async (db, filter, order, window) => {
    const criteria = await clausesOf(db, filter, clauses)
    return await listIds(db, table, { criteria, order: await orderKeys(db, order, orders), ...window })
  }
}

/**
 * The sort keys of a list. The last one is the id, in the direction of the key before it, so that ties have a stable
 * order.
 */
export async function orderKeys<By extends string>(
  db: Database,
  order: readonly Order<By>[],
  orders: Orders<By>,
): Promise<OrderKey[]> {
  const keys: OrderKey[] = []
  for (const { by, isDescending } of order) {
    const expression = orders[by]
    keys.push({
      expression: typeof expression === 'string' ? expression : await expression(db),
      isDescending,
    })
  }
  const last = keys.at(-1)
  return last?.expression === 'id'
    ? keys
    : [...keys, { expression: 'id', isDescending: last?.isDescending === true }]
}

const pageIds = prepareShapes<Record<string, unknown>, { id: number }, Shape>(selectPage)

/** In one statement, of which the database makes one plan, and which is one round trip. */
const pagesWithTotal = prepareShapes<Record<string, unknown>, { id: number; total: number }, Shape>(
  (db, values, shape) =>
    selectPage(db, values, shape).select(() => selectCount(db, values, shape).as('total')),
)

const counts = prepareShapes<Record<string, unknown>, { count: number }, Shape>(selectCount)

function selectPage(db: Database, values: Record<string, unknown>, shape: Shape) {
  const query = selectInOrder(db, values, shape).select('id')
  if (isFixedWindow(shape)) return query.limit(sql.lit(shape.limit)).offset(sql.lit(shape.offset))
  return query.limit(values.limit as number).offset(values.offset as number)
}

/** Limits of the first pages that are asked for all the time. */
const USUAL_LIMITS: ReadonlySet<number> = new Set([30, 50, 100, 250])

/**
 * Whether the window stands in the statement itself. PostgreSQL plans a statement once only if no parameter could make
 * another plan better, as a limit can; so a whole list, from its beginning, has none. Filters are planned each time.
 */
function isFixedWindow({ criteria, limit, offset }: Shape): boolean {
  return criteria.length === 0 && offset === 0 && USUAL_LIMITS.has(limit)
}

function selectCount(db: Database, values: Record<string, unknown>, shape: Shape) {
  if (shape.counter) {
    // The clauses are about columns that the counter has as well.
    const counters = selectMatches(db, values, { ...shape, table: shape.counter as unknown as IdTable })
    return counters.select(sql<number>`coalesce(sum(total), 0)`.as('count'))
  }
  const rows = selectMatches(db, values, shape)
  const count = sql<number>`count(*)`.as('count')
  if (shape.most === undefined) return rows.select(count)
  const some = rows.select('id').limit(values.most as number)
  return db.selectFrom(some.as('some')).select(count)
}

/** Up to this number all matches of a search are kept, so that their order needs no second look at the table. */
const MAX_MATCHES = 10_000

const matchingIds = prepareShapes<Record<string, unknown>, { id: number }, Shape>((db, values, shape) =>
  selectMatches(db, values, shape).select('id').limit(MAX_MATCHES),
)

/**
 * The ids of the rows on one page of a table, in order, and the number of rows on all pages, counted up to `most`.
 */
export async function listIds(db: Database, table: IdTable, request: PageRequest): Promise<IdPage> {
  const counter = counterFor(table, request.criteria)
  const shape: Shape = { ...request, table, counter }
  if (request.after !== undefined) return await scanning(db, shape, () => readAfter(db, shape))
  const { limit, offset } = request
  const { known, keep } = isSilentTable(table)
    ? uncachedRows<IdPage>()
    : cachedRows(db, `ids ${limit} ${contentKeyOf(shape)} ${orderNameOf(shape)}`, bytesOf)
  const kept = known.get(offset)
  if (kept) return { ...kept, ids: [...kept.ids] }
  const page = isSearch(shape) ? await searchPage(db, shape) : await readPageWithTotal(db, shape)
  keep([[offset, page]])
  return page
}

/** What the ids of a page take in memory. */
function bytesOf({ ids }: IdPage): number {
  return 8 * ids.length
}

/** From this offset on, a page is read from the nearer end of its list. */
const DEEP_OFFSET = 5000

async function readPageWithTotal(db: Database, shape: Shape): Promise<IdPage> {
  const { criteria, limit, offset } = shape
  const most = limitOfCount(shape)
  const totalKey = totalKeyOf(shape)
  const known = knownTotal(db, totalKey)
  if (known !== undefined) return await readFromNearerEnd(db, shape, known)
  if (offset >= DEEP_OFFSET && most === undefined)
    return await readFromNearerEnd(db, shape, await countRows(db, shape))
  const values = { ...valuesOf(criteria), limit, offset, most }
  const key = `${keyOf(shape)}${most === undefined ? '' : ' some'} ${orderKeyOf(shape)}`
  const rows = await remembering(
    db,
    totalKey,
    () => pagesWithTotal(db, values, shape, key),
    ([row]) => row?.total ?? (offset === 0 ? 0 : undefined),
  )
  const [first] = rows
  if (first) return { ids: rows.map(({ id }) => id), total: first.total }
  return { ids: [], total: offset === 0 ? 0 : await countRows(db, shape) }
}

/** The rows before a page in the second half are more than those behind it. */
async function readFromNearerEnd(db: Database, shape: Shape, total: number): Promise<IdPage> {
  const { limit, offset, order } = shape
  const behind = total - offset - limit
  // Of a limited total nobody knows where the list ends.
  if (offset < DEEP_OFFSET || behind >= offset || limitOfCount(shape) === total)
    return await readPage(db, shape, total)
  const reversed = order.map(({ expression, isDescending }) => ({ expression, isDescending: !isDescending }))
  const last = {
    ...shape,
    order: reversed,
    limit: Math.min(limit, total - offset),
    offset: Math.max(0, behind),
  }
  if (last.limit <= 0) return { ids: [], total }
  const { ids } = await readPage(db, last, total)
  return { ids: ids.toReversed(), total }
}

/**
 * Searches once, and sorts what was found. Of more than `MAX_MATCHES` the first ones are found quickly in the order of the
 * list, and it takes a second search to count them.
 */
async function searchPage(db: Database, shape: Shape): Promise<IdPage> {
  const { criteria, most = Infinity, offset } = shape
  const isLimited = most <= MAX_MATCHES
  const known = isLimited ? undefined : knownTotal(db, totalKeyOf(shape))
  if (known === undefined || known < MAX_MATCHES) {
    const found = await scanning(db, shape, () => matchingIds(db, valuesOf(criteria), shape, keyOf(shape)))
    if (found.length < MAX_MATCHES) {
      const total = Math.min(found.length, most)
      if (offset >= total) return { ids: [], total }
      const ids = found.map(({ id }) => id)
      return await readPage(db, { ...shape, criteria: [anyOf(db, 'id', ids)] }, total)
    }
  }
  const total = isLimited ? most : (known ?? (await scanning(db, shape, () => countRows(db, shape))))
  return await scanning(db, shape, () => readFromNearerEnd(db, shape, total))
}

/** The key of a total; undefined where a counter has it, and for tables that may change without a new stamp. */
function totalKeyOf(shape: Shape): string | undefined {
  return shape.counter || isSilentTable(shape.table) ? undefined : contentKeyOf(shape)
}

/** The same, with what of the window stands in the statement. */
function orderKeyOf(shape: Shape): string {
  return isFixedWindow(shape) ? `${orderNameOf(shape)} ${shape.limit}` : orderNameOf(shape)
}

/** Where counting stops; undefined where it does not, or where all is counted already. */
function limitOfCount({ most, counter }: Shape): number | undefined {
  return counter ? undefined : most
}

/** Counts the rows, of which no total is known. */
async function countRows(db: Database, shape: Shape): Promise<number> {
  const { criteria } = shape
  const most = limitOfCount(shape)
  const values = { ...valuesOf(criteria), most }
  const key = most === undefined ? keyOf(shape) : `${keyOf(shape)} some`
  const count = async () => (await counts(db, values, shape, key))[0]?.count ?? 0
  return await remembering(db, totalKeyOf(shape), count, (total) => total)
}

async function readPage(db: Database, shape: Shape, total: number): Promise<IdPage> {
  const { criteria, limit, offset } = shape
  if (offset >= total) return { ids: [], total }
  const values = { ...valuesOf(criteria), limit, offset }
  const rows = await pageIds(db, values, shape, `${keyOf(shape)} ${orderKeyOf(shape)}`)
  return { ids: rows.map(({ id }) => id), total }
}

/** Rows in the order of `ids`; one that has vanished since is left out. */
export function inOrder<Row extends { id: number }>(ids: readonly number[], rows: readonly Row[]): Row[] {
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}
