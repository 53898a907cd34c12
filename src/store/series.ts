import type { Selectable } from 'kysely'
import { capabilities } from '../db/dialect/dialect.js'
import { prepare } from '../db/prepared.js'
import type { Database, SeriesTable, Time } from '../db/schema.js'
import { insertEvents, type NewEvent } from './event.js'

export type Series = Selectable<SeriesTable>

export interface NewSeries {
  project_id: number
  date: Time
  received: Time
  submitter_id: number
  version: number
  total: number
}

const byReference = prepare<{ project: number; msgid: string }, Series>((db, { project, msgid }) =>
  db
    .selectFrom('series_references')
    .innerJoin('series', 'series.id', 'series_references.series_id')
    .selectAll('series')
    .where('series_references.msgid', '=', msgid)
    .where('series_references.project_id', '=', project),
)

/** The series that a message id leads to. */
export async function findSeriesByReference(
  db: Database,
  project: number,
  msgid: string,
): Promise<Series | undefined> {
  return (await byReference(db, { project, msgid }))[0]
}

interface Markers {
  project: number
  submitter: number
  version: number
  total: number
  from: Time
  to: Time
}

const byMarkers = prepare<Markers, Series>((db, { project, submitter, version, total, from, to }) =>
  db
    .selectFrom('series')
    .selectAll()
    .where('submitter_id', '=', submitter)
    .where('project_id', '=', project)
    .where('version', '=', version)
    .where('total', '=', total)
    .where('date', '>=', from)
    .where('date', '<=', to)
    .orderBy('date', 'desc')
    .orderBy('id', 'desc'),
)

/** The series of one sender, version and length that were sent between two times, the latest first. */
export function listSeriesByMarkers(db: Database, markers: Markers): Promise<Series[]> {
  return byMarkers(db, markers)
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
    })
    .returning('id'),
)

/** Begins a series and records it. */
export async function insertSeries(db: Database, series: NewSeries): Promise<Series> {
  const [row] = await insertRow(db, series)
  const { id } = row as { id: number }
  const { project_id, received: date } = series
  await insertEvents(db, [{ category: 'series-created', project_id, date, series_id: id }])
  return { ...series, id, name: null, cover_id: null }
}

/** Lets message ids lead to a series, but for those that lead to one already. */
export async function insertReferences(
  db: Database,
  { id, project_id }: { id: number; project_id: number },
  msgids: readonly string[],
): Promise<void> {
  const known = await db
    .selectFrom('series_references')
    .select('msgid')
    .where('project_id', '=', project_id)
    .where('msgid', 'in', [...msgids])
    .execute()
  const taken = new Set(known.map(({ msgid }) => msgid))
  const rows = [...new Set(msgids)]
    .filter((msgid) => !taken.has(msgid))
    .map((msgid) => ({ project_id, series_id: id, msgid }))
  if (rows.length > 0) await db.insertInto('series_references').values(rows).execute()
}

interface Numbered {
  id: number
  number: number
}

const numbers = prepare<{ series: number }, Numbered>((db, { series }) =>
  db
    .selectFrom('patches')
    .select(['id', 'number'])
    .where('series_id', '=', series)
    .orderBy('number')
    .$narrowType<{ number: number }>(),
)

/** The patches of a series by their place. */
export function listNumbers(db: Database, seriesId: number): Promise<Numbered[]> {
  return numbers(db, { series: seriesId })
}

const place = prepare<{ patch: number; series: number; number: number }, never>(
  (db, { patch, series, number }) =>
    db.updateTable('patches').set({ series_id: series, number }).where('id', '=', patch),
)

/**
 * Puts a patch at its place in a series, names the series after its first patch where it has no name yet,
 * and records what that completes: the patch itself and those that waited for it, then the series.
 */
export async function addPatch(
  db: Database,
  series: Series,
  patch: { id: number; number: number; name: string },
  others: readonly Numbered[],
  date: Time,
): Promise<void> {
  if (patch.number === 1 && !series.name) await renameSeries(db, series.id, patch.name)
  await place(db, { patch: patch.id, series: series.id, number: patch.number })
  const event = { project_id: series.project_id, date, series_id: series.id }
  const events: NewEvent[] = completedPatches(patch, others).map((patch_id) => ({
    ...event,
    category: 'patch-completed',
    patch_id,
  }))
  if (others.length + 1 >= series.total) events.push({ ...event, category: 'series-completed' })
  await insertEvents(db, events)
}

/** A patch is complete once all before it are there; then those behind it that follow without a gap are too. */
function completedPatches(patch: Numbered, others: readonly Numbered[]): number[] {
  if (others.filter(({ number }) => number < patch.number).length !== patch.number - 1) return []
  const completed = [patch.id]
  for (const { id, number } of others)
    if (number > patch.number && number === patch.number + completed.length) completed.push(id)
  return completed
}

async function renameSeries(db: Database, id: number, name: string): Promise<void> {
  await db.updateTable('series').set({ name }).where('id', '=', id).execute()
}

/** Gives a series its cover, unless it has one. A name from the first patch yields to the cover's. */
export async function addCover(
  db: Database,
  series: Series,
  cover: { id: number; name: string },
): Promise<void> {
  if (series.cover_id !== null) return
  const first = await db
    .selectFrom('patches')
    .select('name')
    .where('series_id', '=', series.id)
    .where('number', '=', 1)
    .executeTakeFirst()
  const name = !series.name || series.name === first?.name ? withoutPrefixes(cover.name) : series.name
  await db.updateTable('series').set({ cover_id: cover.id, name }).where('id', '=', series.id).execute()
}

function withoutPrefixes(name: string): string {
  return name.slice(name.lastIndexOf(']') + 1).trim()
}

/** Records that a series builds on others; on itself none does. */
export async function insertDependencies(
  db: Database,
  seriesId: number,
  targets: readonly number[],
): Promise<void> {
  const rows = [...new Set(targets)]
    .filter((target) => target !== seriesId)
    .map((target) => ({ series_id: seriesId, depends_on_id: target }))
  if (rows.length === 0) return
  await db
    .insertInto('series_dependencies')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Those of `ids` that are series. */
export async function existingSeries(db: Database, ids: readonly number[]): Promise<number[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('series')
    .select('id')
    .where((eb) => capabilities(db).anyOf(eb.ref('id'), ids))
    .execute()
  return rows.map(({ id }) => id)
}
