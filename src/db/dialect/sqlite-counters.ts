import { sql } from 'kysely'
import type { Database } from '../schema.js'
import type { Counter } from './dialect.js'

/** Has triggers count the rows of a table: SQLite runs them for each row. */
export async function keepSqliteCounts(db: Database, { table, counts, columns }: Counter): Promise<void> {
  const [names, changed] = [columns.join(', '), columns.map((each) => `old.${each} <> new.${each}`)]
  const of = (row: 'old' | 'new') => columns.map((each) => `${row}.${each}`).join(', ')
  const add = `insert into ${counts} (${names}, total) values (${of('new')}, 1)
    on conflict (${names}) do update set total = total + 1`
  const isOld = columns.map((each) => `${each} = old.${each}`).join(' and ')
  const subtract = `update ${counts} set total = total - 1 where ${isOld}`
  for (const [name, when, statements] of [
    ['insert', `after insert on ${table}`, [add]],
    ['delete', `after delete on ${table}`, [subtract]],
    ['update', `after update of ${names} on ${table} when ${changed.join(' or ')}`, [subtract, add]],
  ] as const)
    await sql.raw(`create trigger ${counts}_${name} ${when} begin ${statements.join('; ')}; end`).execute(db)
}
