import { sql } from 'kysely'
import type { Database } from '../schema.js'
import type { Newest } from './dialect.js'

/** Has triggers name the newest rows of a table: SQLite runs them for each row. */
export async function keepSqliteNewest(
  db: Database,
  { table, names, key, id, copied }: Newest,
): Promise<void> {
  const columns = [...key, id, ...copied].join(', ')
  const ofNew = [...key, 'id', ...copied].map((each) => `new.${each}`).join(', ')
  const set = [id, ...copied].map((each) => `${each} = excluded.${each}`).join(', ')
  const isOld = key.map((each) => `${each} = old.${each}`).join(' and ')
  for (const trigger of [
    `create trigger ${names}_insert after insert on ${table} begin
      insert into ${names} (${columns}) values (${ofNew})
      on conflict (${key.join(', ')}) do update set ${set} where excluded.${id} > ${id}; end`,
    `create trigger ${names}_delete after delete on ${table}
      when exists (select 1 from ${names} where ${isOld} and ${id} = old.id) begin
      delete from ${names} where ${isOld};
      insert into ${names} (${columns})
      select ${[...key, 'id', ...copied].join(', ')} from ${table} where ${isOld} order by id desc limit 1; end`,
  ])
    await sql.raw(trigger).execute(db)
}
