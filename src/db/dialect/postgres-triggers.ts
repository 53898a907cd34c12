import { sql } from 'kysely'
import type { Database } from '../schema.js'

/** Creates a trigger and the function that it runs: `body` is statements of PL/pgSQL. */
export async function createTrigger(
  db: Database,
  name: string,
  trigger: string,
  body: string,
): Promise<void> {
  await sql
    .raw(`create function ${name}() returns trigger language plpgsql as $$ begin ${body} return null; end $$`)
    .execute(db)
  await sql.raw(`create trigger ${name} ${trigger} execute function ${name}()`).execute(db)
}
