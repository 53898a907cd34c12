import { sql } from 'kysely'
import type { Database } from '../schema.js'

/**
 * A dependency records whether it comes from a mail: dependencies from an import stay when the mails of the series
 * are parsed again. Existing dependencies of series whose mails name prerequisites were found from these.
 */
export async function up(db: Database): Promise<void> {
  await db.schema
    .alterTable('series_dependencies')
    .addColumn('from_mail', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  await sql`
    update series_dependencies set from_mail = 1 where series_id in (
      select p.series_id from patches p join prerequisites q on q.patch_id = p.id where p.series_id is not null
      union select s.id from series s join prerequisites q on q.cover_id = s.cover_id
    )`.execute(db)
}
