import { sql } from 'kysely'
import { capabilities } from '../dialect/dialect.js'
import type { Database } from '../schema.js'
import { Tables } from '../tables.js'

/** How many rows there are for each combination of the columns that the usual filters of lists are about. */
export async function up(db: Database): Promise<void> {
  await count(db, 'patches', 'patch_counts', { numbers: ['project_id', 'state_id', 'archived'] })
  await count(db, 'covers', 'cover_counts', { numbers: ['project_id'] })
  await count(db, 'series', 'series_counts', { numbers: ['project_id'] })
  await count(db, 'events', 'event_counts', { numbers: ['project_id'], texts: ['category'] })
}

interface Counted {
  readonly numbers: readonly string[]
  readonly texts?: readonly string[]
}

async function count(
  db: Database,
  table: string,
  counts: string,
  { numbers, texts = [] }: Counted,
): Promise<void> {
  const columns = [...numbers, ...texts]
  // No references: the triggers that keep the counters would look for each row that they name.
  await new Tables(db).keyed(counts, columns, (all) =>
    all
      .numbers(...numbers)
      .texts(...texts)
      .numbers('total'),
  )
  const names = sql.join(columns.map((column) => sql.ref(column)))
  await sql`insert into ${sql.table(counts)} (${names}, total)
    select ${names}, count(*) from ${sql.table(table)} group by ${names}`.execute(db)
  await capabilities(db).keepCounts(db, { table, counts, columns })
}
