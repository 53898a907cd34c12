import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { type PersonRow, submitter } from '../people/queries.js'

/** Series by id, with columns of other tables for API responses. */

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

export const seriesById = byIds<SeriesRow>((db, ids) =>
  db
    .selectFrom('series')
    .innerJoin('people', 'people.id', 'series.submitter_id')
    .leftJoin('covers', 'covers.id', 'series.cover_id')
    .selectAll('series')
    .select(submitter)
    .select(['covers.msgid as cover_msgid', 'covers.date as cover_date', 'covers.name as cover_name'])
    .where((eb) => capabilities(db).anyOf(eb.ref('series.id'), ids)),
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
