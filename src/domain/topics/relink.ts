import { sql } from 'kysely'
import { capabilities } from '../../db/dialect/dialect.js'
import type { Database } from '../../db/schema.js'
import type { ScratchTable } from '../../db/scratch.js'
import type { Actor } from '../actor.js'
import { recordChange } from '../audit/updates.js'
import { readPostings } from './queries.js'
import { storeMembers } from './updates.js'

/** What is read and written to decide the topics of all stored series. */

/** The tables that a decision writes, with the columns by which it reads them. */
export const TOPIC_TABLES: readonly ScratchTable[] = [
  {
    table: 'topic_members',
    indexes: [
      ['series_id'],
      ['topic_id'],
      ['project_id', 'name_key', 'date'],
      ['submitter_id', 'project_id', 'date'],
    ],
  },
  { table: 'topic_links', indexes: [['series_id'], ['earlier_id']] },
  { table: 'topic_mentions', indexes: [['target', 'project_id'], ['patch_id'], ['cover_id']] },
]

/** The ids of the next series after an id, of one project or of all. */
export async function listSeriesAfter(
  db: Database,
  after: number,
  project: number | undefined,
  limit: number,
): Promise<number[]> {
  let query = db.selectFrom('series').select('id').where('id', '>', after)
  if (project !== undefined) query = query.where('project_id', '=', project)
  return (await query.orderBy('id').limit(limit).execute()).map(({ id }) => id)
}

/** The number of series of one project or of all. */
export async function countSeries(db: Database, project: number | undefined): Promise<number> {
  let query = db.selectFrom('series').select((eb) => eb.fn.countAll<number>().as('count'))
  if (project !== undefined) query = query.where('project_id', '=', project)
  return (await query.executeTakeFirst())?.count ?? 0
}

/** Whether there are series that were stored without a topic: by an import or an older release. */
export async function hasUnlinkedSeries(db: Database): Promise<boolean> {
  const row = await db
    .selectFrom('series')
    .select('id')
    .where('id', 'not in', db.selectFrom('topic_members').select('series_id'))
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Stores what some series are found by. */
export async function storeSeries(db: Database, ids: readonly number[]): Promise<void> {
  await storeMembers(db, await readPostings(db, ids))
}

/** The texts of a mail in which it may name earlier versions. */
export interface StoredMail {
  kind: 'patch' | 'cover'
  id: number
  project_id: number
  name: string
  headers: string
  content: string
}

/** The patches and covers of some series that have no mentions yet. */
export async function listUnreadMails(db: Database, series: readonly number[]): Promise<StoredMail[]> {
  const dialect = capabilities(db)
  const patches = db
    .selectFrom('patches as p')
    .innerJoin('patch_texts as t', 't.patch_id', 'p.id')
    .select([sql<'patch' | 'cover'>`'patch'`.as('kind'), 'p.id', 'p.project_id', 'p.name'])
    .select(['t.headers', 't.content'])
    .where(dialect.anyOf(sql.ref('p.series_id'), series))
    .where((eb) =>
      eb.not(
        eb.exists(
          eb.selectFrom('topic_mentions as m').select('m.target').whereRef('m.patch_id', '=', 'p.id'),
        ),
      ),
    )
  const covers = db
    .selectFrom('series as s')
    .innerJoin('covers as c', 'c.id', 's.cover_id')
    .innerJoin('cover_texts as t', 't.cover_id', 'c.id')
    .select([sql<'patch' | 'cover'>`'cover'`.as('kind'), 'c.id', 'c.project_id', 'c.name'])
    .select(['t.headers', 't.content'])
    .where(dialect.anyOf(sql.ref('s.id'), series))
    .where((eb) =>
      eb.not(
        eb.exists(
          eb.selectFrom('topic_mentions as m').select('m.target').whereRef('m.cover_id', '=', 'c.id'),
        ),
      ),
    )
  return await patches.unionAll(covers).execute()
}

/** Records in the audit trail that the topics of all series were decided again. */
export async function recordRelink(
  db: Database,
  actor: Actor,
  which: string,
  after: { series: number; changed: number },
): Promise<void> {
  await recordChange(db, actor, { action: 'relink', kind: 'series', name: which, after })
}
