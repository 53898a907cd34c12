import { sql } from 'kysely'
import { prepare } from '../../db/prepared.js'
import type { Database, Time } from '../../db/schema.js'

/** A patch or a cover of a project, by its place in the order of dates. */
export interface ArchiveEntry {
  kind: 'patch' | 'cover'
  id: number
  date: Time
}

interface After extends ArchiveEntry {
  project: number
  limit: number
}

const next = prepare<After, ArchiveEntry>((db, { project, date, kind, id, limit }) =>
  db
    .selectFrom(
      db
        .selectFrom('covers')
        .select([sql<ArchiveEntry['kind']>`'cover'`.as('kind'), 'id', 'date'])
        .where('project_id', '=', project)
        .where('date', '>=', date)
        .unionAll(
          db
            .selectFrom('patches')
            .select([sql<ArchiveEntry['kind']>`'patch'`.as('kind'), 'id', 'date'])
            .where('project_id', '=', project)
            .where('date', '>=', date),
        )
        .as('entries'),
    )
    .selectAll()
    .where((eb) =>
      eb.or([
        eb('date', '>', date),
        eb.and([eb('date', '=', date), eb('kind', '>', kind)]),
        eb.and([eb('date', '=', date), eb('kind', '=', kind), eb('id', '>', id)]),
      ]),
    )
    .orderBy('date')
    .orderBy('kind')
    .orderBy('id')
    .limit(limit),
)

const BATCH = 100

/** The covers and the patches of a project by their dates, in batches. */
export async function* listArchive(db: Database, project: number): AsyncGenerator<ArchiveEntry[]> {
  let last: ArchiveEntry = { kind: 'cover', id: 0, date: '' }
  for (;;) {
    const entries = await next(db, { project, ...last, limit: BATCH })
    if (entries.length === 0) return
    yield entries
    last = entries.at(-1) as ArchiveEntry
  }
}
