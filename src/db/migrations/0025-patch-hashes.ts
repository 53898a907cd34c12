import { sql } from 'kysely'
import { toTime } from '../../util/time.js'
import type { Database } from '../schema.js'
import { Tables } from '../tables.js'

/** Hashes of the mails of patches as `?tags=0` downloads them. Existing patches get theirs in the background. */
export async function up(db: Database): Promise<void> {
  const define = new Tables(db)
  await define.plain('patch_hashes', (table) => table.owner('patch_id', 'patches').texts('sha256'))
  await sql`
    insert into reworks (kind, project_id, actor, started, total)
    select 'rehash', p.id, 'upgrade', ${toTime(new Date())}, count(*)
    from projects as p join patches on patches.project_id = p.id
    where not exists (
      select 1 from reworks as r where r.project_id = p.id and r.kind = 'rehash' and r.finished is null)
    group by p.id order by p.id`.execute(db)
}
