import { canEditCover } from '../../auth/permissions.js'
import { inOrder } from '../../db/pagination.js'
import type { Database } from '../../db/schema.js'
import { listSuggestionsFor, type OpenSuggestion } from '../../domain/automation/queries.js'
import { type HistoryRow, listHistory } from '../../domain/changes/queries.js'
import { missingContexts } from '../../domain/checks/required.js'
import { listPatchLines, type PatchLine } from '../../domain/patches/list.js'
import { listPatchesOfSeries } from '../../domain/patches/mbox-queries.js'
import { findProjectById, type Project } from '../../domain/projects/queries.js'
import { listSeriesLines, type SeriesLine } from '../../domain/series/list.js'
import { type SeriesRow, seriesById } from '../../domain/series/queries.js'
import { listRelatedSeries } from '../../domain/series/related.js'
import { listStates, type State } from '../../domain/states/queries.js'
import { readVersions } from '../../domain/topics/versions.js'
import { NotFound } from '../../util/errors.js'
import type { RequestContext } from '../framework/request-context.js'
import { type RowPage, rowPage } from '../framework/row-page.js'
import { readBulkChoices } from '../patches/bulk.js'
import type { BulkChoices } from '../patches/bulk-form.js'
import { policyViewer, readDependencies } from '../patches/submission.js'
import { missingNumbers } from '../text/missing.js'
import type { ShownDependencies } from '../ui/dependencies.js'
import { MAX_HISTORY } from '../ui/history.js'
import { readCover, type ShownCover } from './cover-text.js'

/** The data of a series page. */
export interface ShownSeries {
  readonly series: SeriesRow
  readonly project: Project
  readonly patches: readonly PatchLine[]
  readonly rows: RowPage
  /** Number of patches received. */
  readonly received: number
  /** The places of those that were not, in words. */
  readonly missing: string | undefined
  readonly cover: ShownCover | undefined
  /** Contexts that the project requires and one of the patches lacks. */
  readonly missingChecks: readonly string[]
  /** All versions in order, including the series itself. */
  readonly versions: readonly SeriesLine[]
  /** Other series with related patches that are no versions. */
  readonly related: readonly SeriesRow[]
  readonly dependsOn: ShownDependencies
  readonly neededBy: ShownDependencies
  readonly states: readonly State[]
  readonly choices: BulkChoices | undefined
  readonly history: readonly HistoryRow[]
  readonly suggestions: readonly OpenSuggestion[]
  /** Whether the viewer maintains the project. */
  readonly maintains: boolean
  /** Whether the viewer may link and unlink the previous version. */
  readonly mayLink: boolean
  readonly hasPrevious: boolean
}

/** Reads it. Throws NotFound. */
export async function readShownSeries(context: RequestContext, id: number): Promise<ShownSeries> {
  const { db } = context
  const [series] = await seriesById(db, [id])
  const project = series && (await findProjectById(db, series.project_id))
  if (!series || !project) throw new NotFound()
  const placed = await listPatchesOfSeries(db, id)
  const all = placed.map((patch) => patch.id)
  const rows = rowPage(context, all)
  const patches = await listPatchLines(db, rows.ids)
  const { versions: topic, previous } = await readVersions(db, series)
  const viewer = await policyViewer(context)
  const versions = await listSeriesLines(
    db,
    topic.map((each) => each.id),
  )
  return {
    series,
    project,
    patches,
    rows,
    received: all.length,
    missing: missingNumbers(
      placed.flatMap(({ number }) => number ?? []),
      series.total,
    ),
    cover: await readCover(context, project, series),
    missingChecks: await readMissing(context, project, all),
    versions,
    related: await readRelated(db, series, versions),
    ...(await readDependencies(db, project, id)),
    states: await listStates(db),
    choices: await readBulkChoices(context, project, patches),
    history: await listHistory(db, { patches: all, series: id }, MAX_HISTORY),
    suggestions: await listSuggestionsFor(db, { patches: all, series: id }),
    maintains: viewer?.maintains.has(project.id) === true,
    mayLink: canEditCover(viewer, series),
    hasPrevious: previous !== undefined,
  }
}

async function readMissing(
  context: RequestContext,
  { id }: Project,
  patches: readonly number[],
): Promise<string[]> {
  const rows = patches.map((patch) => ({ id: patch, project_id: id }))
  const missing = await missingContexts(context.db, rows, () => context.now)
  return [...new Set([...missing.values()].flat())]
}

async function readRelated(
  db: Database,
  series: SeriesRow,
  versions: readonly SeriesRow[],
): Promise<SeriesRow[]> {
  const known = new Set(versions.map(({ id }) => id))
  const ids = (await listRelatedSeries(db, series)).filter((id) => !known.has(id))
  return inOrder(ids, await seriesById(db, ids))
}
