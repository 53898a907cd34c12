import { sql } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { deferInsert } from '../../db/later.js'
import type { Database, Time } from '../../db/schema.js'
import type { SeriesEventTable } from '../../db/topic-tables.js'
import type { Actor } from '../actor.js'

/** Records what happens between versions of series. */

/** A series that is said to continue another one, or none. */
export type NewLink = Omit<SeriesEventTable, 'id' | 'category' | 'contexts'>

/** Records that series were linked to other versions than before, in the transaction that does it. */
export async function recordLinks(db: Database, links: readonly NewLink[]): Promise<void> {
  if (!db.isTransaction) throw new Error('An event is recorded by the transaction that makes it happen.')
  await deferInsert(
    db,
    'series_events',
    links.map((link) => ({ ...link, category: 'series-version-linked' as const })),
  )
}

/** Records that series were superseded by newer versions, in the transaction that does it. */
export async function recordSuperseded(
  db: Database,
  superseded: readonly Pick<SeriesEventTable, 'project_id' | 'series_id' | 'other_id'>[],
  { id: actor_id, time: date }: Pick<Actor, 'id' | 'time'>,
): Promise<void> {
  if (!db.isTransaction) throw new Error('An event is recorded by the transaction that makes it happen.')
  const rows = superseded.map((row) => ({
    ...row,
    category: 'series-superseded' as const,
    reason: null,
    date,
    actor_id,
  }))
  await deferInsert(db, 'series_events', rows)
}

/** A request to test a series again. */
export type NewCheckRequest = Pick<SeriesEventTable, 'project_id' | 'date' | 'actor_id' | 'series_id'> & {
  readonly contexts: string
}

/** Records that checks of a series were requested, in the transaction that decides it. */
export async function recordCheckRequest(db: Database, request: NewCheckRequest): Promise<void> {
  if (!db.isTransaction) throw new Error('An event is recorded by the transaction that makes it happen.')
  await deferInsert(db, 'series_events', [
    { ...request, category: 'check-requested', other_id: null, reason: null },
  ])
}

/** When the newest mail of some series was received. */
export const newestMails = byIds<{ series_id: number; received: Time }>((db, ids) =>
  db
    .selectFrom(
      db
        .selectFrom('patches')
        .select(['series_id', 'received'])
        .where(capabilities(db).anyOf(sql.ref('series_id'), ids))
        .unionAll(
          db
            .selectFrom('series as s')
            .innerJoin('covers as c', 'c.id', 's.cover_id')
            .select(['s.id as series_id', 'c.received'])
            .where(capabilities(db).anyOf(sql.ref('s.id'), ids)),
        )
        .as('mails'),
    )
    .select(['series_id', (eb) => eb.fn.max('received').as('received')])
    .groupBy('series_id')
    .$castTo<{ series_id: number; received: Time }>(),
)

/** Deletes the events of a series, before it is deleted. */
export async function deleteSeriesEvents(db: Database, series: number): Promise<void> {
  await db
    .deleteFrom('series_events')
    .where((eb) => eb.or([eb('series_id', '=', series), eb('other_id', '=', series)]))
    .execute()
}
