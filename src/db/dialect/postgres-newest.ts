import type { Database } from '../schema.js'
import type { Newest } from './dialect.js'
import { createTrigger } from './postgres-triggers.js'

/** Has triggers name the newest rows of a table: once for each statement that adds or deletes rows. */
export async function keepPostgresNewest(db: Database, newest: Newest): Promise<void> {
  const { table, names, key, id, copied } = newest
  const isSame = (one: string, other: string) =>
    key.map((each) => `${one}.${each} = ${other}.${each}`).join(' and ')
  const insert = (rows: string) => `
    insert into ${names} as n (${[...key, id, ...copied].join(', ')})
    select distinct on (${key.map((each) => `t.${each}`).join(', ')})
      ${[...key, 'id', ...copied].map((each) => `t.${each}`).join(', ')}
    from ${rows}
    order by ${[...key.map((each) => `t.${each}`), 't.id desc'].join(', ')}
    on conflict (${key.join(', ')}) do update
      set ${[id, ...copied].map((each) => `${each} = excluded.${each}`).join(', ')}`
  const removed = `n.${id} = r.id and ${isSame('n', 'r')}`
  await createTrigger(
    db,
    `${names}_insert`,
    `after insert on ${table} referencing new table as added for each statement`,
    `${insert('added as t')} where n.${id} < excluded.${id};`,
  )
  await createTrigger(
    db,
    `${names}_delete`,
    `after delete on ${table} referencing old table as removed for each statement`,
    `${insert(`(select n.* from ${names} as n join removed as r on ${removed}) as g join ${table} as t on ${isSame('t', 'g')}`)};
    delete from ${names} as n using removed as r where ${removed};`,
  )
}
