import type { Selectable } from 'kysely'
import { capabilities } from '../../db/dialect/dialect.js'
import { insertRows, prepare } from '../../db/prepared.js'
import type { Database, SeriesTable, Time } from '../../db/schema.js'
import type { NewEvent } from '../events/events.js'

export type Series = Selectable<SeriesTable>

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
}

const insertRow = prepare<NewSeries, { id: number }>((db, row) =>
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
    })
    .returning('id'),
)

const byId = prepare<{ id: number }, Pick<Series, 'id' | 'cover_id'>>((db, { id }) =>
  db.selectFrom('series').select(['id', 'cover_id']).where('id', '=', id),
)

/** The series with an id, if it exists, with the id of its cover. */
export async function findSeries(db: Database, id: number): Promise<Pick<Series, 'id' | 'cover_id'>[]> {
  return await byId(db, { id })
}

/**
 * Begins a series, to which the message ids lead. Its event is recorded with the first mail,
 * because it has a position among the events of that mail.
 */
export async function insertSeries(
  db: Database,
  series: NewSeries,
  msgids: Iterable<string>,
): Promise<Series> {
  const [row] = await insertRow(db, series)
  const { id } = row as { id: number }
  const { project_id } = series
  await insertRows(
    db,
    'series_references',
    [...new Set(msgids)].map((msgid) => ({ project_id, series_id: id, msgid })),
  )
  return { ...series, id, cover_id: null }
}

/** The event of a series that a mail began. */
export function seriesCreated({ id, project_id }: Series, date: Time): NewEvent {
  return { category: 'series-created', project_id, date, series_id: id }
}

export interface Numbered {
  id: number
  number: number
}

const numbers = prepare<{ series: number }, Numbered>((db, { series }) =>
  db
    .selectFrom('patches')
    .select(['id', 'number'])
    .where('series_id', '=', series)
    .where('number', 'is not', null)
    .orderBy('number')
    .$narrowType<{ number: number }>(),
)

/** The patches of a series by their place. */
export function listNumbers(db: Database, seriesId: number): Promise<Numbered[]> {
  return numbers(db, { series: seriesId })
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

/** The completion events after a new patch: of itself and of patches that waited for it, then of the series. */
export function completions(
  series: Series,
  patch: Numbered,
  others: readonly Numbered[],
  date: Time,
): NewEvent[] {
  const event = { project_id: series.project_id, date, series_id: series.id }
  const events: NewEvent[] = completedPatches(patch, others).map((patch_id) => ({
    ...event,
    category: 'patch-completed',
    patch_id,
  }))
  // Patches beyond the announced number do not complete it again.
  if (others.length < series.total && others.length + 1 >= series.total)
    events.push({ ...event, category: 'series-completed' })
  return events
}

/** A patch is complete once all patches before it exist; then so are the patches that follow without a gap. */
function completedPatches(patch: Numbered, others: readonly Numbered[]): number[] {
  if (others.filter(({ number }) => number < patch.number).length !== patch.number - 1) return []
  const completed = [patch.id]
  for (const { id, number } of others)
    if (number > patch.number && number === patch.number + completed.length) completed.push(id)
  return completed
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

/** A name without its bracketed prefixes. */
export function withoutPrefixes(name: string): string {
  return name.slice(name.lastIndexOf(']') + 1).trim()
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

/** Those of `ids` that are existing series. */
export async function existingSeries(db: Database, ids: readonly number[]): Promise<number[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('series')
    .select('id')
    .where((eb) => capabilities(db).anyOf(eb.ref('id'), ids))
    .execute()
  return rows.map(({ id }) => id)
}
