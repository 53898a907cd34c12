import { sql } from 'kysely'
import { toTime } from '../../util/time.js'
import type { Database } from '../schema.js'
import { Tables } from '../tables.js'

/** What mails say of patches in trailers. Those of existing mails are read in the background. */
export async function up(db: Database): Promise<void> {
  const define = new Tables(db)
  await define.plain('trailers', (table) =>
    table
      .optionalReference('patch_id', 'patches')
      .optionalReference('cover_id', 'covers')
      // Not foreign keys: a comment is deleted together with its patch or cover, or by itself.
      .optionalNumbers('patch_comment_id', 'cover_comment_id')
      .numbers('position', 'is_other')
      .texts('kind', 'value')
      .optionalTexts('remark', 'name', 'email', 'scope'),
  )
  await define.index('trailers', 'patch_id')
  for (const column of ['cover_id', 'patch_comment_id', 'cover_comment_id'])
    await db.schema
      .createIndex(`trailers_${column}`)
      .on('trailers')
      .column(column)
      .where(sql.ref(column), 'is not', null)
      .execute()
  await sql`
    insert into reworks (kind, project_id, actor, started, total)
    select 'retag', p.id, 'upgrade', ${toTime(new Date())}, count(*)
    from projects as p join patches on patches.project_id = p.id
    where not exists (
      select 1 from reworks as r where r.project_id = p.id and r.kind = 'retag' and r.finished is null)
    group by p.id order by p.id`.execute(db)
}
