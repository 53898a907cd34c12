import { sql } from 'kysely'
import { capabilities } from '../../db/dialect/dialect.js'
import type { Database } from '../../db/schema.js'
import type { ScratchTable } from '../../db/scratch.js'
import { transaction } from '../../db/transaction.js'
import type { Actor } from '../actor.js'
import { recordChange } from '../audit/updates.js'
import { sentTime } from './posting.js'
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

/** Series whose order is read at once. */
const ORDER_BATCH = 10_000

/** Versions and seconds as one number. */
const SECONDS_RANGE = 2 ** 33

/** Maximum number of series in one batch that were sent in the same second. */
const MAX_TIED = 1000

/** All series in the order in which their links are decided: two numbers each, for there may be millions. */
class SeriesOrder {
  readonly #ids: readonly number[]
  readonly #keys: readonly number[]
  readonly #places: Uint32Array

  constructor(ids: readonly number[], keys: readonly number[]) {
    this.#ids = ids
    this.#keys = keys
    this.#places = Uint32Array.from(ids, (_, place) => place)
    this.#places.sort((a, b) => (keys[a] as number) - (keys[b] as number) || a - b)
  }

  /** Batches of `size` series and those that tie with the last of them, because their message ids decide. */
  *batches(size: number): Generator<number[]> {
    const places = this.#places
    for (let start = 0, end = 0; start < places.length; start = end) {
      end = Math.min(start + size, places.length)
      const last = this.#keys[places[end - 1] as number]
      while (end < places.length && end - start < MAX_TIED && this.#keys[places[end] as number] === last)
        end++
      yield Array.from(places.subarray(start, end), (place) => this.#ids[place] as number)
    }
  }
}

/** Reads the order of all series whose rows are stored, of one project or of all. */
export async function readOrder(database: Database, project: number | undefined): Promise<SeriesOrder> {
  const ids: number[] = []
  const keys: number[] = []
  for (let after = 0; ; after = ids.at(-1) as number) {
    // In a transaction, because only there the tables of a dry run are read.
    const rows = await transaction(database, (db) => listOrderAfter(db, after, project))
    if (rows.length === 0) return new SeriesOrder(ids, keys)
    for (const { series_id, version, date } of rows) {
      ids.push(series_id)
      keys.push(version * SECONDS_RANGE + Math.max(0, sentTime(date) / 1000 || 0))
    }
  }
}

async function listOrderAfter(db: Database, after: number, project: number | undefined) {
  let query = db
    .selectFrom('topic_members')
    .select(['series_id', 'version', 'date'])
    .where('series_id', '>', after)
    .orderBy('series_id')
    .limit(ORDER_BATCH)
  if (project !== undefined) query = query.where('project_id', '=', project)
  return await query.execute()
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
