import type { CompiledQuery } from 'kysely'
import { type Compilable, compileShapes, rowsAtOnce, rowValues } from './prepared.js'
import type { Database } from './schema.js'

/**
 * Statements that insert rows, or change those that are there; compiled once for each number of rows.
 *
 * @param columns those of a row
 * @param build an insert of the given rows that says what happens on a conflict. A statement may name a row but once
 */
export function prepareUpsert<Row extends object>(
  columns: readonly (keyof Row & string)[],
  build: (db: Database, rows: readonly Row[]) => Compilable<unknown>,
): (db: Database, rows: readonly Row[]) => Generator<CompiledQuery> {
  const compile = compileShapes<readonly unknown[], unknown, number>((db, values, length) =>
    build(
      db,
      Array.from({ length }, (_, row) => {
        const fields = columns.map((column, at) => [column, values[row * columns.length + at]])
        return Object.fromEntries(fields) as Row
      }),
    ),
  )
  return function* (db, rows) {
    for (let start = 0; start < rows.length; ) {
      const length = rowsAtOnce(rows.length - start)
      const some = rows.slice(start, start + length) as Record<string, unknown>[]
      yield compile(db, rowValues(some, columns), length, String(length))
      start += length
    }
  }
}
