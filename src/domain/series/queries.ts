import type { Selectable } from 'kysely'
import { byIds, existingIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { prepare } from '../../db/prepared.js'
import type { Database, SeriesTable } from '../../db/schema.js'
import { type PersonRow, submitter } from '../people/queries.js'

export interface SeriesRow extends PersonRow {
  id: number
  project_id: number
  name: string | null
  date: string
  submitter_id: number
  version: number
  total: number
  cover_id: number | null
  cover_msgid: string | null
  cover_date: string
  cover_name: string
}

function selectSeries(db: Database) {
  return db
    .selectFrom('series')
    .innerJoin('people', 'people.id', 'series.submitter_id')
    .leftJoin('covers', 'covers.id', 'series.cover_id')
    .selectAll('series')
    .select(submitter)
    .select(['covers.msgid as cover_msgid', 'covers.date as cover_date', 'covers.name as cover_name'])
}

export const seriesById = byIds<SeriesRow>((db, ids) =>
  selectSeries(db).where((eb) => capabilities(db).anyOf(eb.ref('series.id'), ids)),
)

export interface CountedSeriesRow extends SeriesRow {
  patch_count: number
  /** Number of series that depend on it. */
  dependent_count: number
}

/** The same with the number of rows that their answers embed. */
export const seriesWithCounts = byIds<CountedSeriesRow>((db, ids) =>
  selectSeries(db)
    .select((eb) => [
      eb
        .selectFrom('patches')
        .select((patches) => patches.fn.countAll<number>().as('count'))
        .whereRef('patches.series_id', '=', 'series.id')
        .as('patch_count'),
      eb
        .selectFrom('series_dependencies')
        .select((dependencies) => dependencies.fn.countAll<number>().as('count'))
        .whereRef('series_dependencies.depends_on_id', '=', 'series.id')
        .as('dependent_count'),
    ])
    .where((eb) => capabilities(db).anyOf(eb.ref('series.id'), ids))
    .$castTo<CountedSeriesRow>(),
)

export interface DependencyRow {
  series_id: number
  depends_on_id: number
}

/** All dependencies of some series, in either direction. */
export const dependenciesOf = byIds<DependencyRow>((db, ids) =>
  db
    .selectFrom('series_dependencies')
    .selectAll()
    .where((eb) =>
      eb.or([
        capabilities(db).anyOf(eb.ref('series_id'), ids),
        capabilities(db).anyOf(eb.ref('depends_on_id'), ids),
      ]),
    )
    .orderBy('series_id')
    .orderBy('depends_on_id'),
)

export type Series = Selectable<SeriesTable>

const byId = prepare<{ id: number }, Pick<Series, 'id' | 'cover_id'>>((db, { id }) =>
  db.selectFrom('series').select(['id', 'cover_id']).where('id', '=', id),
)

/** The series with an id, if it exists, with the id of its cover. */
export async function findSeries(db: Database, id: number): Promise<Pick<Series, 'id' | 'cover_id'>[]> {
  return await byId(db, { id })
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

/** Those of `ids` that are existing series. */
export function existingSeries(db: Database, ids: readonly number[]): Promise<number[]> {
  return existingIds(db, 'series', ids)
}

/** What decides who may change a series. */
export interface EditableSeries {
  id: number
  project_id: number
  /** The account of the submitter, if they have one. */
  submitter_user_id: number | null
}

/** What decides who may change some series. */
export const readEditableSeries = byIds<EditableSeries>((db, ids) =>
  db
    .selectFrom('series')
    .innerJoin('people', 'people.id', 'series.submitter_id')
    .select(['series.id', 'series.project_id', 'people.user_id as submitter_user_id'])
    .where((eb) => capabilities(db).anyOf(eb.ref('series.id'), ids)),
)
