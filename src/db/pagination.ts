import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { capabilities, containsParameter } from './dialect/dialect.js'
import { prepareShapes } from './prepared.js'
import type { Database, Schema } from './schema.js'

/** One condition of a list: a form that can be prepared, and the value that goes into it. */
export interface FilterClause {
  /** Names the form: criteria with one key differ in their value alone. */
  readonly key: string
  readonly value: unknown
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
  /** Counting stops there: for lists that may have millions of rows, of which nobody wants to know the number. */
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

/** One of the columns contains the text, whatever its case. */
export function contains(columns: readonly string[], term: string): FilterClause {
  return {
    key: `${columns.join('|')}~`,
    value: containsParameter(term),
    where: (db, parameter) => {
      const matches = columns.map((column) => capabilities(db).contains(sql.ref(column), parameter))
      return sql`(${sql.join(matches, sql` or `)})`
    },
  }
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

/** The numbers of the rows on one page of a table, in order, and how many rows all pages have, up to `most`. */
export async function listIds(
  db: Database,
  table: keyof Schema,
  request: PageRequest,
): Promise<{ ids: number[]; total: number }> {
  const { criteria, order, limit, offset, most } = request
  const values = Object.fromEntries(criteria.map(({ value }, index) => [`p${index}`, value]))
  const key = `${table}:${criteria.map((criterion) => criterion.key).join('&')}`
  const orderKey = order
    .map(({ expression, isDescending }) => `${expression}${isDescending ? '-' : '+'}`)
    .join()
  const shape = { ...request, table }
  const [count] =
    most === undefined
      ? await counts(db, values, shape, key)
      : await counts(db, { ...values, most }, shape, `${key} some`)
  const total = count?.count ?? 0
  if (offset >= total) return { ids: [], total }
  const rows = await pageIds(db, { ...values, limit, offset }, shape, `${key} ${orderKey}`)
  return { ids: rows.map(({ id }) => id), total }
}

/** Rows in the order of `ids`; one that has vanished since is left out. */
export function inOrder<Row extends { id: number }>(ids: readonly number[], rows: readonly Row[]): Row[] {
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}
