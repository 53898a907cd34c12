import { sql } from 'kysely'
import type { Database } from '../../src/db/schema.js'

type Table = 'patches' | 'covers' | 'patch_comments' | 'cover_comments' | 'checks' | 'bundles'

/** Copies one row of a table; each copy has a message id, a name and a place of its own where the row has one. */
export async function copyRow(db: Database, table: Table, id: number, copies: number): Promise<void> {
  const found = await db.selectFrom(table).selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  const columns = Object.keys(found).filter((column) => column !== 'id')
  const values = columns.map((column) => {
    if (column === 'msgid') return sql`'<copy-' || n.n || '@x>'`
    if (column === 'name' && table === 'bundles') return sql`'b' || n.n`
    if (column === 'number') return sql`1000 + n.n`
    return sql`r.${sql.ref(column)}`
  })
  await sql`insert into ${sql.table(table)} (${sql.join(columns.map((column) => sql.ref(column)))})
    with recursive n(n) as (select 1 union all select n + 1 from n where n < ${sql.lit(copies)})
    select ${sql.join(values)} from ${sql.table(table)} r cross join n where r.id = ${id}`.execute(db)
}
