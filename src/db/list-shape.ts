import { sql } from 'kysely'
import type { CounterTable } from './counters.js'
import type { Position } from './cursor.js'
import { capabilities } from './dialect/dialect.js'
import type { FilterClause } from './filter.js'
import { weighed } from './placeholder.js'
import type { Database, Schema } from './schema.js'

/** What lists have in common: the shape of their statements, and how each of its parts is named. */

/** Which rows of a list are on the page. */
export interface Window {
  readonly limit: number
  readonly offset: number
  /** Counting stops here, for lists that may have millions of rows; a total that is known without is the whole. */
  readonly most?: number
  /** The row that was read last, or `start`: rows are then not counted, and `offset` does not apply. */
  readonly after?: Position | 'start'
}

/** The tables whose rows have a number. */
export type IdTable = { [T in keyof Schema]: Schema[T] extends { id: unknown } ? T : never }[keyof Schema]

export interface OrderKey {
  readonly expression: string
  readonly isDescending: boolean
}

export interface PageRequest extends Window {
  readonly criteria: readonly FilterClause[]
  readonly order: readonly OrderKey[]
}

export interface Shape extends PageRequest {
  table: IdTable
  /** What has counted the rows already. */
  counter?: CounterTable | undefined
}

/** The rows that the clauses leave. */
export function selectMatches(db: Database, values: Record<string, unknown>, { table, criteria }: Shape) {
  let rows = db.selectFrom(table)
  for (const [index, { where }] of criteria.entries())
    rows = rows.where(where(db, weighed(values[`p${index}`])))
  return rows
}

/** The same, in the order of the list. */
export function selectInOrder(db: Database, values: Record<string, unknown>, shape: Shape) {
  let rows = selectMatches(db, values, shape)
  for (const { expression, isDescending } of shape.order)
    rows = rows.orderBy(sql.raw(expression), isDescending ? 'desc' : 'asc')
  return rows
}

/** The values of the parameters of the clauses. */
export function valuesOf(criteria: readonly FilterClause[]): Record<string, unknown> {
  return Object.fromEntries(criteria.map(({ value }, index) => [`p${index}`, value]))
}

/** Names the rows that a request leaves of its table. */
export function keyOf({ table, criteria }: Shape): string {
  return `${table}:${criteria.map(({ key }) => key).join('&')}`
}

/** Names the same with the values that the rows are compared with, and where counting them stops. */
export function contentKeyOf(shape: Shape): string {
  const values = shape.criteria.map(({ value }) => value)
  return `${keyOf(shape)} ${JSON.stringify([shape.most ?? null, ...values])}`
}

/** Names the order of a request. */
export function orderNameOf({ order }: Shape): string {
  return order.map(({ expression, isDescending }) => `${expression}${isDescending ? '-' : '+'}`).join()
}

/** Whether the rows are looked for in a way that takes long however few they are. */
export function isSearch({ criteria }: Shape): boolean {
  return criteria.some((criterion) => criterion.isScan)
}

/** Whether the rows that the clauses leave are found by reading all of them. */
function isScan(db: Database, shape: Shape): boolean {
  return capabilities(db).scansForWords && isSearch(shape)
}

/** Reads rows, as a scan where that takes one. */
export async function scanning<T>(db: Database, shape: Shape, read: () => Promise<T>): Promise<T> {
  return await (isScan(db, shape) ? capabilities(db).scan(read) : read())
}
