import { sql } from 'kysely'
import { type CursorOrder, cursorOrderOf } from './cursor.js'
import { keyOf, orderNameOf, type Shape, selectMatches, valuesOf } from './list-shape.js'
import { prepareShapes } from './prepared.js'
import type { Database } from './schema.js'

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
export async function readAfter(db: Database, shape: Shape) {
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
