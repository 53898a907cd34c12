import { prepareInsert } from '../../db/given-ids.js'
import { insertRows, prepare } from '../../db/prepared.js'
import type { Database, Time } from '../../db/schema.js'
import type { Series } from './queries.js'
import { withoutPrefixes } from './rules.js'

export interface NewSeries {
  project_id: number
  date: Time
  received: Time
  submitter_id: number
  version: number
  total: number
  /** The name of its first patch, if it begins with that. */
  name: string | null
  earliest: string | null
  reached: Time | null
  sender_name: string | null
}

const insertRow = prepareInsert<NewSeries>('series', (db, row) =>
  db
    .insertInto('series')
    .values({
      project_id: row.project_id,
      date: row.date,
      received: row.received,
      submitter_id: row.submitter_id,
      version: row.version,
      total: row.total,
      name: row.name,
      earliest: row.earliest,
      reached: row.reached,
      sender_name: row.sender_name,
    })
    .returning('id'),
)

/**
 * Begins a series, to which the message ids lead. Its event is recorded with the first mail,
 * because it has a position among the events of that mail.
 */
export async function insertSeries(
  db: Database,
  series: NewSeries,
  msgids: Iterable<string>,
): Promise<Series> {
  const id = await insertRow(db, series)
  const { project_id } = series
  await insertRows(
    db,
    'series_references',
    [...new Set(msgids)].map((msgid) => ({ project_id, series_id: id, msgid })),
  )
  return { ...series, id, cover_id: null }
}

const rename = prepare<{ id: number; name: string }, never>((db, { id, name }) =>
  db.updateTable('series').set({ name }).where('id', '=', id),
)

/** Sets the name of a series to that of its first patch, unless it has one. */
export async function nameAfterPatch(
  db: Database,
  { id, name }: Series,
  patch: { number: number | null; name: string },
): Promise<void> {
  if (patch.number === 1 && !name) await rename(db, { id, name: patch.name })
}

const firstName = prepare<{ series: number }, { name: string }>((db, { series }) =>
  db.selectFrom('patches').select('name').where('series_id', '=', series).where('number', '=', 1),
)

const setCover = prepare<{ id: number; cover: number; name: string }, never>((db, { id, cover, name }) =>
  db.updateTable('series').set({ cover_id: cover, name }).where('id', '=', id),
)

/** Sets the cover of a series, unless it has one. The cover's name replaces a name from the first patch. */
export async function addCover(
  db: Database,
  series: Series,
  cover: { id: number; name: string },
): Promise<void> {
  if (series.cover_id !== null) return
  const [first] = series.name ? await firstName(db, { series: series.id }) : []
  const name = !series.name || series.name === first?.name ? withoutPrefixes(cover.name) : series.name
  await setCover(db, { id: series.id, cover: cover.id, name })
}

/** Records that mails of a series declare dependencies; a dependency on itself is ignored. */
export async function insertDependencies(
  db: Database,
  seriesId: number,
  targets: readonly number[],
): Promise<void> {
  const rows = [...new Set(targets)]
    .filter((target) => target !== seriesId)
    .map((target) => ({ series_id: seriesId, depends_on_id: target, from_mail: 1 }))
  if (rows.length === 0) return
  await db
    .insertInto('series_dependencies')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
