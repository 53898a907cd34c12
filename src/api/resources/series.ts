import type { FastifyReply } from 'fastify'
import { type Static, Type } from 'typebox'
import { patchesBySeries, type SeriesPatchRow } from '../../domain/patches/queries.js'
import { listSeriesIds, type SeriesFilter, type SeriesOrder } from '../../domain/series/filter.js'
import {
  type CountedSeriesRow,
  type DependencyRow,
  dependenciesOf,
  type SeriesRow,
  seriesWithCounts,
} from '../../domain/series/queries.js'
import { seriesPath } from '../../util/urls.js'
import {
  EmbeddedCover,
  EmbeddedPerson,
  EmbeddedProject,
  embedCover,
  embedProject,
  embedSubmitter,
  loadProjects,
  projectOf,
} from '../framework/embedded.js'
import * as filters from '../framework/filters.js'
import { answerList, embeddedBytes, enterEmbedded, MAX_EMBEDDED } from '../framework/list-budget.js'
import type { Listing } from '../framework/listing.js'
import { operation, type Resource } from '../framework/operation.js'
import * as references from '../framework/reference-filters.js'
import { firstOrNotFound, type RequestContext } from '../framework/request-context.js'
import type { ResponseContext } from '../framework/response-context.js'
import { address, flag, number, orNull, text, time } from '../framework/schema.js'
import { checks, project, received_since, sent, submitter } from '../framework/shared-filters.js'
import { since } from '../framework/versions.js'
import { patchsetFields, showPatchsetHash } from './patchset-hash.js'
import { applySeriesBody, SERIES_FIELDS } from './series-change.js'
import {
  embedSeriesPatch,
  INCLUDE,
  includesStates,
  readStanding,
  SeriesPatch,
  type Standing,
  seriesState,
  stateFields,
} from './series-state.js'
import { showVersions, versionFields } from './series-versions.js'

/** Present only where the project shows dependencies. */
const links = (description: string) =>
  since('1.4', Type.Optional(Type.Array(Type.String({ format: 'uri' }), { description })))

export const Series = Type.Object(
  {
    id: number('Number of the series.'),
    url: address('Where the API has the series.'),
    web_url: since('1.1', address('Its page.')),
    project: EmbeddedProject,
    name: orNull(text('Subject of its cover or its first patch; null until either has come.')),
    date: time('When its first mail was sent.'),
    submitter: EmbeddedPerson,
    version: number('Which posting of the same work it is: 2 for a `v2`.'),
    total: number('How many patches its mails say it has.'),
    received_total: number('How many of them have come.'),
    received_all: flag('Whether all have come.'),
    mbox: address('Its patches as mails, for `git am`.'),
    cover_letter: orNull(EmbeddedCover, 'Its cover letter.'),
    ...stateFields,
    patches: Type.Array(SeriesPatch, { description: 'Its patches, in the order they were sent.' }),
    dependencies: links('The series that it is to be applied upon; shown where its project wants that.'),
    dependents: links('The series that are to be applied upon it; shown where its project wants that.'),
    ...versionFields,
    ...patchsetFields,
  },
  { $id: 'Series', description: 'The mails of one posting.' },
)

const LISTING: Listing<SeriesFilter, SeriesOrder> = {
  list: listSeriesIds,
  filters: {
    project,
    submitter,
    ...sent,
    received_since,
    state: {
      filter: references.state,
      field: 'states',
      description: 'With a patch in these states: slug, name or number.',
      since: '1.4',
    },
    delegate: {
      filter: references.user,
      field: 'delegates',
      description: 'With a patch that is to be dealt with by these users: number or user name.',
      since: '1.4',
    },
    checks,
    change_id: {
      filter: filters.text,
      field: 'changeId',
      description: "With this change id of b4's.",
      since: '1.4',
    },
    latest: {
      filter: filters.flag,
      field: 'isLatest',
      description: 'Whether it is the latest version of its work.',
      since: '1.4',
    },
  },
  order: {
    id: 'id',
    name: 'name',
    date: 'date',
    submitter: 'submitter_id',
    received_all: 'received_all',
  },
  defaultOrder: 'id',
  isSearched: true,
}

export const SERIES_LIST: Resource = {
  path: '/series/',
  tag: 'Series',
  get: operation({
    id: 'series_list',
    summary: 'List series',
    description: 'All series, or those that the parameters leave.',
    listing: LISTING,
    parameters: [INCLUDE],
    answer: Type.Array(Series),
    async handle(request, reply) {
      const showsStates = includesStates(request)
      const rows = new Map<number, CountedSeriesRow>()
      return await answerList(request, reply, {
        listing: LISTING,
        path: '/series/',
        remembered: showsStates ? 'series with states' : 'series',
        async sizes(ids) {
          for (const row of await seriesWithCounts(request.db, ids)) rows.set(row.id, row)
          return new Map([...rows.values()].map((row) => [row.id, sizeOf(row)]))
        },
        describe: (ids) =>
          toSeriesList(
            request,
            ids.flatMap((id) => rows.get(id) ?? []),
            showsStates,
          ),
      })
    },
  }),
}

export const SERIES: Resource = {
  path: '/series/:id/',
  tag: 'Series',
  get: operation({
    id: 'series_read',
    summary: 'Show a series',
    description: 'The series with its cover letter and its patches.',
    answer: Series,
    handle: showSeries,
  }),
  patch: operation({
    id: 'series_partial_update',
    summary: 'Change all patches of a series',
    description:
      'Gives all patches of the series the same state, delegate and so on; or, if one of them is not yours to change, none. For their submitter, their delegate and the maintainers of the project.',
    since: '1.4',
    needsLogin: true,
    subject: readSeries,
    fields: SERIES_FIELDS,
    isPartial: true,
    answer: Series,
    async handle(request, reply) {
      await applySeriesBody(request)
      return await showSeries(request, reply)
    },
  }),
}

/** The series that the address names. Throws NotFound. */
export async function readSeries({ db, id }: RequestContext): Promise<CountedSeriesRow> {
  return firstOrNotFound(await seriesWithCounts(db, [id('id')]), 'Series')
}

/** One series with its versions. */
export async function showSeries(
  request: RequestContext,
  reply: FastifyReply,
): Promise<Static<typeof Series>> {
  const row = await readSeries(request)
  await enterEmbedded(reply, sizeOf(row))
  const [series] = await toSeriesList(request, [row], true)
  return {
    ...(series as Static<typeof Series>),
    ...(await showVersions(request, row)),
    ...(await showPatchsetHash(request, row)),
  }
}

/** The bytes of its patches and of the series that depend on it. */
function sizeOf({ patch_count, dependent_count }: CountedSeriesRow): number {
  return embeddedBytes(patch_count) + embeddedBytes(dependent_count)
}

async function toSeriesList(
  request: RequestContext,
  rows: readonly SeriesRow[],
  showsStates: boolean,
): Promise<Static<typeof Series>[]> {
  const { db, response } = request
  await loadProjects(request, rows)
  const patches = await patchesBySeries(
    db,
    rows.map(({ id }) => id),
  )
  const standing = showsStates ? await readStanding(request, patches) : undefined
  const bySeries = Map.groupBy(patches, ({ series_id }) => series_id)
  const shown = rows.filter(({ project_id }) => projectOf(response, project_id).show_dependencies === 1)
  const dependencies = await dependenciesOf(
    db,
    shown.map(({ id }) => id),
  )
  const upward = Map.groupBy(dependencies, ({ series_id }) => series_id)
  const descending = Map.groupBy(dependencies, ({ depends_on_id }) => depends_on_id)
  return rows.map((row) => ({
    ...toSeries(request, row, bySeries.get(row.id) ?? [], standing),
    ...(shown.includes(row) ? toDependencies(response, upward.get(row.id), descending.get(row.id)) : {}),
  }))
}

function toSeries(
  request: RequestContext,
  row: SeriesRow,
  patches: readonly SeriesPatchRow[],
  standing: Standing | undefined,
) {
  const { response } = request
  // A pull request that leads a series is not counted as one of its patches.
  const received = patches.filter((patch) => patch.number !== null).length
  return {
    id: row.id,
    url: response.url(`/series/${row.id}/`),
    web_url: response.base + seriesPath(projectOf(response, row.project_id).link_name, row.id),
    project: embedProject(response, row.project_id),
    name: row.name,
    date: response.date(row.date),
    submitter: embedSubmitter(response, row),
    version: row.version,
    total: row.total,
    received_total: received,
    received_all: row.total <= received,
    mbox: `${response.base}/series/${row.id}/mbox/`,
    cover_letter: embedCoverOf(response, row),
    ...(standing ? seriesState(standing, patches) : {}),
    patches: patches.slice(0, MAX_EMBEDDED).map((patch) => embedSeriesPatch(response, patch, standing)),
  }
}

function embedCoverOf(response: ResponseContext, row: SeriesRow) {
  if (row.cover_id === null || row.cover_msgid === null) return null
  const { cover_id: id, project_id, cover_msgid: msgid, cover_date: date, cover_name: name } = row
  return embedCover(response, { id, project_id, msgid, date, name })
}

function toDependencies(
  response: ResponseContext,
  dependencies: readonly DependencyRow[] = [],
  dependents: readonly DependencyRow[] = [],
) {
  const url = (series: number) => response.url(`/series/${series}/`)
  return {
    dependencies: dependencies.slice(0, MAX_EMBEDDED).map(({ depends_on_id }) => url(depends_on_id)),
    dependents: dependents.slice(0, MAX_EMBEDDED).map(({ series_id }) => url(series_id)),
  }
}
