import { sql } from 'kysely'
import { toTime } from '../../util/time.js'
import type { Database } from '../schema.js'

/**
 * What comments answer that are stored with a mail of an older thread. That of existing ones is read from their headers in
 * the background, in projects that have covers.
 */
export async function up(db: Database): Promise<void> {
  for (const table of ['patch_comments', 'cover_comments'] as const) {
    await db.schema
      .alterTable(table)
      .addColumn('answered_cover_id', 'integer', (column) =>
        column.references('covers.id').onDelete('set null'),
      )
      .execute()
    await db.schema
      .createIndex(`${table}_answered_cover_id`)
      .on(table)
      .column('answered_cover_id')
      .where(sql.ref('answered_cover_id'), 'is not', null)
      .execute()
  }
  await sql`
    insert into reworks (kind, project_id, actor, started, total)
    select 'retag', p.id, 'upgrade', ${toTime(new Date())}, count(*)
    from projects as p join patches on patches.project_id = p.id
    where exists (select 1 from covers as c where c.project_id = p.id)
      and not exists (
        select 1 from reworks as r where r.project_id = p.id and r.kind = 'retag' and r.finished is null)
    group by p.id order by p.id`.execute(db)
}
