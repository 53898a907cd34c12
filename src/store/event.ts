import type { Insertable } from 'kysely'
import { prepareShapes } from '../db/prepared.js'
import type { Database, EventTable } from '../db/schema.js'

export type NewEvent = Insertable<EventTable>

/** The columns that some event of a list has, in one order, so that few forms of the insert are compiled. */
const insertRows = prepareShapes<
  Record<string, unknown>,
  never,
  { columns: (keyof NewEvent)[]; rows: number }
>((db, values, { columns, rows }) =>
  db
    .insertInto('events')
    .values(
      Array.from({ length: rows }, (_, row) =>
        Object.fromEntries(columns.map((column) => [column, values[`${column}${row}`]])),
      ) as NewEvent[],
    ),
)

/** Records what happened, in the order given: in the transaction that makes it happen. */
export async function insertEvents(db: Database, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return
  const columns = [...new Set(events.flatMap((event) => Object.keys(event)))].toSorted() as (keyof NewEvent)[]
  const values: Record<string, unknown> = {}
  for (const [row, event] of events.entries())
    for (const column of columns) values[`${column}${row}`] = event[column] ?? null
  const shape = { columns, rows: events.length }
  await insertRows(db, values, shape, `${events.length} ${columns.join()}`)
}
