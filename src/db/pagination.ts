import { sql } from 'kysely'
import { type CounterTable, counterFor } from './counters.js'
import { type CursorOrder, cursorOrderOf, type Position } from './cursor.js'
import { capabilities } from './dialect/dialect.js'
import { anyOf, type Clauses, clausesOf, type FilterClause } from './filter.js'
import { weighed } from './placeholder.js'
import { prepareShapes } from './prepared.js'
import type { Database, Schema } from './schema.js'

/** One key of an order, by the name that the subject has for it. */
export interface Order<By extends string = string> {
  readonly by: By
  readonly isDescending: boolean
}

/** What each name of an order sorts by: SQL written by us. */
export type Orders<By extends string> = Readonly<Record<By, string | ((db: Database) => Promise<string>)>>

/** Which rows of a list are on the page. */
export interface Window {
  readonly limit: number
  readonly offset: number
  /** Counting stops here, for lists that may have millions of rows; a total that is known without is the whole. */
  readonly most?: number
  /** The row that was read last, or `start`: rows are then not counted, and `offset` does not apply. */
  readonly after?: Position | 'start'
}

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

/** The tables whose rows have a number. */
export type IdTable = { [T in keyof Schema]: Schema[T] extends { id: unknown } ? T : never }[keyof Schema]

interface OrderKey {
  readonly expression: string
  readonly isDescending: boolean
}

export interface PageRequest extends Window {
  readonly criteria: readonly FilterClause[]
  readonly order: readonly OrderKey[]
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

export interface Shape extends PageRequest {
  table: IdTable
  /** What has counted the rows already. */
  counter?: CounterTable | undefined
}

const pageIds = prepareShapes<Record<string, unknown>, { id: number }, Shape>(selectPage)

/** In one statement, of which the database makes one plan, and which is one round trip. */
const pagesWithTotal = prepareShapes<Record<string, unknown>, { id: number; total: number }, Shape>(
  (db, values, shape) =>
    selectPage(db, values, shape).select(() => selectCount(db, values, shape).as('total')),
)

const counts = prepareShapes<Record<string, unknown>, { count: number }, Shape>(selectCount)

/** The rows that the clauses leave. */
export function selectMatches(db: Database, values: Record<string, unknown>, { table, criteria }: Shape) {
  let rows = db.selectFrom(table)
  for (const [index, { where }] of criteria.entries())
    rows = rows.where(where(db, weighed(values[`p${index}`])))
  return rows
}

function selectPage(db: Database, values: Record<string, unknown>, shape: Shape) {
  let query = selectMatches(db, values, shape).select('id')
  for (const { expression, isDescending } of shape.order)
    query = query.orderBy(sql.raw(expression), isDescending ? 'desc' : 'asc')
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
  return isScan(db, shape) ? await scanPage(db, shape) : await readPageWithTotal(db, shape)
}

/** Whether the rows that the clauses leave are found by reading all of them. */
function isScan(db: Database, { criteria }: Shape): boolean {
  return capabilities(db).scansForWords && criteria.some((criterion) => criterion.isScan)
}

/** Reads rows, as a scan where that takes one. */
export async function scanning<T>(db: Database, shape: Shape, read: () => Promise<T>): Promise<T> {
  return await (isScan(db, shape) ? capabilities(db).scan(read) : read())
}

const followingRows = prepareShapes<Record<string, unknown>, { id: number; date?: string }, CursorShape>(
  (db, values, shape) => {
    const { by, isDescending } = shape.cursor
    const direction = isDescending ? 'desc' : 'asc'
    const operator = sql.raw(isDescending ? '<' : '>')
    let rows = selectMatches(db, values, shape)
      .select('id')
      .limit(values.limit as number)
    if (by === 'date') rows = rows.select(sql<string>`date`.as('date')).orderBy(sql.raw('date'), direction)
    if (shape.after !== 'start')
      rows =
        by === 'id'
          ? rows.where(sql<boolean>`id ${operator} ${values.id}`)
          : rows.where(sql<boolean>`(date, id) ${operator} (${values.date}, ${values.id})`)
    return rows.orderBy('id', direction)
  },
)

interface CursorShape extends Shape {
  readonly cursor: CursorOrder
}

/** The rows that follow a row, without a count. Throws for an order that cannot be read on. */
async function readAfter(db: Database, shape: Shape): Promise<IdPage> {
  const { criteria, limit, after } = shape
  const cursor = cursorOrderOf(
    shape.order.map(({ expression, isDescending }) => ({ by: expression, isDescending })),
  )
  if (!cursor) throw new Error(`Lists in the order ${orderNameOf(shape)} have no cursors.`)
  const position = after === 'start' ? undefined : after
  const values = { ...valuesOf(criteria), limit: limit + 1, id: position?.id, date: position?.date }
  const key = `${keyOf(shape)} ${orderNameOf(shape)} ${position ? 'after' : 'start'}`
  const rows = await followingRows(db, values, { ...shape, cursor }, key)
  const positions = rows.slice(0, limit)
  return {
    ids: positions.map(({ id }) => id),
    total: 0,
    positions,
    hasMore: rows.length > limit,
  }
}

/** From this offset on, a page is read from the nearer end of its list. */
const DEEP_OFFSET = 5000

async function readPageWithTotal(db: Database, shape: Shape): Promise<IdPage> {
  const { criteria, limit, offset } = shape
  const most = limitOfCount(shape)
  if (offset >= DEEP_OFFSET && most === undefined) return await readDeepPage(db, shape)
  const values = { ...valuesOf(criteria), limit, offset, most }
  const key = `${keyOf(shape)}${most === undefined ? '' : ' some'} ${orderKeyOf(shape)}`
  const rows = await pagesWithTotal(db, values, shape, key)
  const [first] = rows
  if (first) return { ids: rows.map(({ id }) => id), total: first.total }
  return { ids: [], total: offset === 0 ? 0 : await countRows(db, shape) }
}

/** Counts first: the rows before a page in the second half are more than those behind it. */
async function readDeepPage(db: Database, shape: Shape): Promise<IdPage> {
  const { limit, offset, order } = shape
  const total = await countRows(db, shape)
  const behind = total - offset - limit
  if (behind >= offset) return await readPage(db, shape, total)
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

/** Searches words by reading the rows: once, unless the matches exceed `MAX_MATCHES` and a second read ends early. */
async function scanPage(db: Database, shape: Shape): Promise<IdPage> {
  const dialect = capabilities(db)
  const { criteria, most = Infinity, offset } = shape
  const found = await dialect.scan(() => matchingIds(db, valuesOf(criteria), shape, keyOf(shape)))
  if (found.length === MAX_MATCHES) {
    const total = most <= MAX_MATCHES ? most : await dialect.scan(() => countRows(db, shape))
    return await dialect.scan(() => readPage(db, shape, total))
  }
  const total = Math.min(found.length, most)
  if (offset >= total) return { ids: [], total }
  const isFound = anyOf(
    db,
    'id',
    found.map(({ id }) => id),
  )
  return await readPage(db, { ...shape, criteria: [isFound] }, total)
}

/** The values of the parameters of the clauses. */
export function valuesOf(criteria: readonly FilterClause[]): Record<string, unknown> {
  return Object.fromEntries(criteria.map(({ value }, index) => [`p${index}`, value]))
}

/** Names the rows that a request leaves of its table. */
export function keyOf({ table, criteria }: Shape): string {
  return `${table}:${criteria.map(({ key }) => key).join('&')}`
}

/** Names the order of a request. */
export function orderNameOf({ order }: Shape): string {
  return order.map(({ expression, isDescending }) => `${expression}${isDescending ? '-' : '+'}`).join()
}

/** The same, with what of the window stands in the statement. */
function orderKeyOf(shape: Shape): string {
  return isFixedWindow(shape) ? `${orderNameOf(shape)} ${shape.limit}` : orderNameOf(shape)
}

/** Where counting stops; undefined where it does not, or where all is counted already. */
function limitOfCount({ most, counter }: Shape): number | undefined {
  return counter ? undefined : most
}

async function countRows(db: Database, shape: Shape): Promise<number> {
  const { criteria } = shape
  const most = limitOfCount(shape)
  const values = valuesOf(criteria)
  const [count] =
    most === undefined
      ? await counts(db, values, shape, keyOf(shape))
      : await counts(db, { ...values, most }, shape, `${keyOf(shape)} some`)
  return count?.count ?? 0
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
