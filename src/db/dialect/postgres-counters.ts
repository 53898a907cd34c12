import type { Database } from '../schema.js'
import type { Counter } from './dialect.js'
import { createTrigger } from './postgres-triggers.js'

/**
 * Has triggers count the rows of a table: once for each statement that adds or deletes rows, and for each row whose
 * counted columns change, because most updates change none of them. Statements take the counters in the same order,
 * so that two of them can't wait for each other.
 */
export async function keepPostgresCounts(db: Database, { table, counts, columns }: Counter): Promise<void> {
  const names = columns.join(', ')
  const add = (rows: string, sign: '+' | '-') => `
    insert into ${counts} (${names}, total)
    select ${names}, ${sign}count(*) from ${rows} group by ${names} order by ${names}
    on conflict (${names}) do update set total = ${counts}.total + excluded.total;`
  const moved = `
    insert into ${counts} (${names}, total)
    select ${names}, sum(n) from (
      values (${columns.map((each) => `old.${each}`).join(', ')}, -1),
        (${columns.map((each) => `new.${each}`).join(', ')}, 1)) as moved (${names}, n)
    group by ${names} order by ${names}
    on conflict (${names}) do update set total = ${counts}.total + excluded.total;`
  const changed = columns.map((each) => `old.${each} <> new.${each}`).join(' or ')
  for (const [name, body, trigger] of [
    [
      'insert',
      add('changed_rows', '+'),
      `after insert on ${table} referencing new table as changed_rows
      for each statement`,
    ],
    [
      'delete',
      add('changed_rows', '-'),
      `after delete on ${table} referencing old table as changed_rows
      for each statement`,
    ],
    ['update', moved, `after update of ${names} on ${table} for each row when (${changed})`],
  ] as const)
    await createTrigger(db, `${counts}_${name}`, trigger, body)
}
