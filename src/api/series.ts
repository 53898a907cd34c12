import type { Database } from '../db/schema.js'
import { inOrder } from '../store/page.js'
import {
  dependenciesOf,
  type DependencyRow,
  patchesBySeries,
  type SeriesPatchRow,
  type SeriesRow,
  seriesById,
} from '../store/read.js'
import { seriesPath } from '../urls.js'
import type { At } from './answer.js'
import {
  COVER,
  embedCover,
  embedPatch,
  embedPerson,
  embedProject,
  PATCH,
  PROJECT,
  projectOf,
} from './embedded.js'
import * as filters from './filters.js'
import { addResource, type Listing, listPage, type Mount, only } from './resource.js'
import { always, type Shape, since } from './versions.js'

const SHAPE: Shape = {
  web_url: since('1.1'),
  project: always(PROJECT),
  cover_letter: always(COVER),
  patches: always(PATCH),
  dependencies: since('1.4'),
  dependents: since('1.4'),
}

const LISTING: Listing = {
  table: 'series',
  filters: {
    project: { filter: filters.project, column: 'project_id' },
    submitter: { filter: filters.person, column: 'submitter_id' },
    since: { filter: filters.since, column: 'date' },
    before: { filter: filters.before, column: 'date' },
  },
  order: {
    id: 'id',
    name: 'name',
    date: 'date',
    submitter: 'submitter_id',
    received_all: '(total <= (select count(*) from patches where series_id = series.id))',
  },
  defaultOrder: 'id',
  search: ['name'],
}

/** `/series/` and `/series/N/`. */
export function addSeries(mount: Mount): void {
  addResource(mount, '/series/', 'GET', SHAPE, async (asked, reply) => {
    const ids = await listPage(asked, reply, LISTING, '/series/')
    return await toSeriesList(asked.db, asked.at, inOrder(ids, await seriesById(asked.db, ids)))
  })
  addResource(mount, '/series/:id/', 'GET', SHAPE, async ({ db, at, id }) => {
    const row = only(await seriesById(db, [id('id')]), 'Series')
    return (await toSeriesList(db, at, [row]))[0]
  })
}

async function toSeriesList(db: Database, at: At, rows: readonly SeriesRow[]) {
  const patches = Map.groupBy(
    await patchesBySeries(
      db,
      rows.map(({ id }) => id),
    ),
    ({ series_id }) => series_id,
  )
  const shown = rows.filter(({ project_id }) => projectOf(at, project_id).show_dependencies === 1)
  const dependencies = await dependenciesOf(
    db,
    shown.map(({ id }) => id),
  )
  return rows.map((row) => ({
    ...toSeries(at, row, patches.get(row.id) ?? []),
    ...(shown.includes(row) ? toDependencies(at, row.id, dependencies) : {}),
  }))
}

function toSeries(at: At, row: SeriesRow, patches: readonly SeriesPatchRow[]) {
  return {
    id: row.id,
    url: at.url(`/series/${row.id}/`),
    web_url: at.base + seriesPath(projectOf(at, row.project_id).link_name, row.id),
    project: embedProject(at, row.project_id),
    name: row.name,
    date: at.date(row.date),
    submitter: embedPerson(at, row.submitter_id, row.submitter_name, row.submitter_email),
    version: row.version,
    total: row.total,
    received_total: patches.length,
    received_all: row.total <= patches.length,
    mbox: `${at.base}/series/${row.id}/mbox/`,
    cover_letter: embedCoverOf(at, row),
    patches: patches.map((patch) => embedPatch(at, patch)),
  }
}

function embedCoverOf(at: At, row: SeriesRow) {
  if (row.cover_id === null || row.cover_msgid === null) return null
  const { cover_id: id, project_id, cover_msgid: msgid, cover_date: date, cover_name: name } = row
  return embedCover(at, { id, project_id, msgid, date, name })
}

function toDependencies(at: At, id: number, all: readonly DependencyRow[]) {
  const url = (series: number) => at.url(`/series/${series}/`)
  return {
    dependencies: all
      .filter(({ series_id }) => series_id === id)
      .map(({ depends_on_id }) => url(depends_on_id)),
    dependents: all
      .filter(({ depends_on_id }) => depends_on_id === id)
      .map(({ series_id }) => url(series_id)),
  }
}
