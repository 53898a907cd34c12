import type { Viewer } from '../../auth/permissions.js'
import type { Database } from '../../db/schema.js'
import {
  type DependencyRow,
  dependenciesOf,
  type SeriesRow,
  seriesById,
} from '../../domain/patches/queries.js'
import { projectsMaintainedBy } from '../../domain/projects/maintainers.js'
import type { Project } from '../../domain/projects/projects.js'
import { findNewerVersion, findPatchOfSameName } from '../../domain/series/list.js'
import { listSeriesPatches, type SeriesPatch } from '../../domain/series/series-patches.js'
import type { RequestContext } from '../framework/request-context.js'

/** Whoever looks at a page, as the policy knows them. */
export async function policyViewer({ db, viewer }: RequestContext): Promise<Viewer> {
  return viewer && { id: viewer.id, maintains: await projectsMaintainedBy(db, viewer.id) }
}

/** How many patches of a series are shown on each side of one. */
const AROUND = 100

/** Series that one depends on, or is needed by. */
const MAX_DEPENDENCIES = 50

/** The series of a patch or a cover, with what stands around it. */
export interface SeriesNavigation {
  readonly series: SeriesRow
  readonly siblings: readonly SeriesPatch[]
  readonly dependsOn: readonly SeriesRow[]
  readonly neededBy: readonly SeriesRow[]
  readonly newer: NewerVersion | undefined
}

/** The newest version of a posting, where an older one is shown. */
export interface NewerVersion {
  readonly series: SeriesRow
  /** The message id of what has the same name there: the patch, or the cover. */
  readonly msgid?: string | null | undefined
}

/** Reads the series that a patch called `name` has the place `number` in; 0: its cover. */
export async function readSeriesNavigation(
  db: Database,
  project: Project,
  seriesId: number,
  { number, name }: { number: number; name: string },
): Promise<SeriesNavigation | undefined> {
  const dependencies = project.show_dependencies ? await dependenciesOf(db, [seriesId]) : []
  const [dependsOn, neededBy] = [idsOf(dependencies, seriesId, 'to'), idsOf(dependencies, seriesId, 'from')]
  const rows = await seriesById(db, [...new Set([seriesId, ...dependsOn, ...neededBy])])
  const byId = new Map(rows.map((row) => [row.id, row]))
  const series = byId.get(seriesId)
  if (!series) return undefined
  return {
    series,
    siblings: await listSeriesPatches(db, seriesId, number - AROUND, number + AROUND),
    dependsOn: dependsOn.flatMap((id) => byId.get(id) ?? []),
    neededBy: neededBy.flatMap((id) => byId.get(id) ?? []),
    newer: await readNewer(db, series, number === 0 ? undefined : name),
  }
}

/** What is newer than a series, with the patch of a name or the cover there. */
async function readNewer(
  db: Database,
  series: SeriesRow,
  patch: string | undefined,
): Promise<NewerVersion | undefined> {
  const newest = await findNewerVersion(db, series)
  if (!newest) return undefined
  const msgid = patch === undefined ? newest.cover_msgid : await findPatchOfSameName(db, newest.id, patch)
  return { series: newest, msgid }
}

function idsOf(dependencies: readonly DependencyRow[], series: number, direction: 'to' | 'from'): number[] {
  const ids = dependencies.flatMap(({ series_id, depends_on_id }) => {
    if (direction === 'to') return series_id === series ? [depends_on_id] : []
    return depends_on_id === series ? [series_id] : []
  })
  return ids.slice(0, MAX_DEPENDENCIES)
}
