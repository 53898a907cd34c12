import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { capabilities } from './dialect/dialect.js'
import { prepareShapes } from './prepared.js'
import type { Database, Schema } from './schema.js'

/** One condition of a list: a form that can be prepared, and the value that goes into it. */
export interface FilterClause {
  /** Names the form: criteria with one key differ in their value alone. */
  readonly key: string
  readonly value: unknown
  /** Whether it may make the database read all rows that the other criteria leave. */
  readonly isScan?: boolean
  readonly where: (db: Database, parameter: unknown) => RawBuilder<SqlBool>
}

/** One key of an order. */
export interface OrderKey {
  /** SQL that sorts, written by us. */
  readonly expression: string
  readonly isDescending: boolean
}

export interface PageRequest {
  criteria: readonly FilterClause[]
  order: readonly OrderKey[]
  limit: number
  offset: number
  /** Counting stops here, for lists that may have millions of rows. */
  most?: number
}

type Comparison = '=' | '>=' | '<' | '>'

/** `column` compared with a value. */
export function compare(column: string, operator: Comparison, value: unknown): FilterClause {
  return {
    key: `${column}${operator}`,
    value,
    where: (_, parameter) => sql`${sql.ref(column)} ${sql.raw(operator)} ${parameter}`,
  }
}

/** `column` is one of the numbers; of none of them, nothing. */
export function anyOf(db: Database, column: string, ids: readonly number[]): FilterClause {
  // Of a list nobody knows how long it is: planners take an index for one number that they do not for some.
  const [id] = ids
  if (id !== undefined && ids.length === 1) return compare(column, '=', id)
  return {
    key: `${column} in`,
    value: capabilities(db).listParameter(ids),
    where: (db, parameter) => capabilities(db).anyOf(sql.ref(column), parameter as never),
  }
}

/** Each of the words is in one of the columns, whatever its case; no words or no columns mean no condition. */
export function containsEach(
  db: Database,
  columns: readonly string[],
  words: readonly string[],
): FilterClause[] {
  // A word within another one says nothing by itself, and neither does one that comes twice.
  const telling = [...new Set(words)].filter(
    (word) => word !== '' && !words.some((other) => other !== word && other.includes(word)),
  )
  if (telling.length === 0 || columns.length === 0) return []
  return capabilities(db)
    .wordParameters(telling)
    .map((value) => ({
      key: `${columns.join('|')}~`,
      value,
      isScan: true,
      where: (db, parameter) =>
        capabilities(db).containsWords(
          columns.map((column) => sql.ref(column)),
          parameter,
        ),
    }))
}

/** A condition without a value. */
export function condition(key: string, expression: RawBuilder<SqlBool>): FilterClause {
  return { key, value: undefined, where: () => expression }
}

interface Shape extends PageRequest {
  table: keyof Schema
}

const pageIds = prepareShapes<Record<string, unknown>, { id: number }, Shape>((db, values, shape) => {
  let query = db.selectFrom(shape.table as 'patches').select('id')
  for (const [index, { where }] of shape.criteria.entries())
    query = query.where(where(db, values[`p${index}`]))
  for (const { expression, isDescending } of shape.order)
    query = query.orderBy(sql.raw(expression), isDescending ? 'desc' : 'asc')
  return query.limit(values.limit as number).offset(values.offset as number)
})

const counts = prepareShapes<Record<string, unknown>, { count: number }, Shape>((db, values, shape) => {
  let rows = db.selectFrom(shape.table as 'patches')
  for (const [index, { where }] of shape.criteria.entries()) rows = rows.where(where(db, values[`p${index}`]))
  const count = sql<number>`count(*)`.as('count')
  if (shape.most === undefined) return rows.select(count)
  return db
    .selectFrom(
      rows
        .select('id')
        .limit(values.most as number)
        .as('some'),
    )
    .select(count)
})

/** Up to this number all matches of a search are kept, so that their order needs no second look at the table. */
const MAX_MATCHES = 10_000

const matchingIds = prepareShapes<Record<string, unknown>, { id: number }, Shape>((db, values, shape) => {
  let rows = db.selectFrom(shape.table as 'patches').select('id')
  for (const [index, { where }] of shape.criteria.entries()) rows = rows.where(where(db, values[`p${index}`]))
  return rows.limit(MAX_MATCHES)
})

interface IdPage {
  ids: number[]
  total: number
}

/** The numbers of the rows on one page of a table, in order, and how many rows all pages have, up to `most`. */
export async function listIds(db: Database, table: keyof Schema, request: PageRequest): Promise<IdPage> {
  const isScan = request.criteria.some((criterion) => criterion.isScan)
  if (isScan && capabilities(db).scansForWords) return await scanPage(db, { ...request, table })
  const total = await countRows(db, { ...request, table })
  return await readPage(db, { ...request, table }, total)
}

/** Searches words by reading the rows: once, unless so many match that a second read ends early. */
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
  const isFound: FilterClause = {
    key: 'id in',
    value: dialect.listParameter(found.map(({ id }) => id)),
    where: (db, parameter) => capabilities(db).anyOf(sql.ref('id'), parameter as never),
  }
  return await readPage(db, { ...shape, criteria: [isFound] }, total)
}

function valuesOf(criteria: readonly FilterClause[]): Record<string, unknown> {
  return Object.fromEntries(criteria.map(({ value }, index) => [`p${index}`, value]))
}

/** Names the rows that a request leaves of its table. */
function keyOf({ table, criteria }: Shape): string {
  return `${table}:${criteria.map(({ key }) => key).join('&')}`
}

async function countRows(db: Database, shape: Shape): Promise<number> {
  const { criteria, most } = shape
  const values = valuesOf(criteria)
  const [count] =
    most === undefined
      ? await counts(db, values, shape, keyOf(shape))
      : await counts(db, { ...values, most }, shape, `${keyOf(shape)} some`)
  return count?.count ?? 0
}

async function readPage(db: Database, shape: Shape, total: number): Promise<IdPage> {
  const { criteria, order, limit, offset } = shape
  if (offset >= total) return { ids: [], total }
  const orderKey = order
    .map(({ expression, isDescending }) => `${expression}${isDescending ? '-' : '+'}`)
    .join()
  const rows = await pageIds(
    db,
    { ...valuesOf(criteria), limit, offset },
    shape,
    `${keyOf(shape)} ${orderKey}`,
  )
  return { ids: rows.map(({ id }) => id), total }
}

/** Rows in the order of `ids`; one that has vanished since is left out. */
export function inOrder<Row extends { id: number }>(ids: readonly number[], rows: readonly Row[]): Row[] {
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}
