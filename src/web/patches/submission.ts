import type { Viewer } from '../../auth/permissions.js'
import { inOrder } from '../../db/pagination.js'
import type { Database } from '../../db/schema.js'
import { projectsMaintainedBy } from '../../domain/projects/maintainers.js'
import type { Project } from '../../domain/projects/queries.js'
import { listDependencyPage } from '../../domain/series/prerequisites.js'
import { type SeriesRow, seriesById } from '../../domain/series/queries.js'
import {
  findPatchOfSameName,
  listSeriesPatches,
  type SeriesPatch,
} from '../../domain/series/series-patches.js'
import { listVersions, type Version } from '../../domain/topics/versions.js'
import type { RequestContext } from '../framework/request-context.js'
import { MAX_DEPENDENCIES, type ShownDependencies } from '../ui/dependencies.js'

/** The viewer of a page, for permission checks. */
export async function policyViewer({ db, viewer }: RequestContext): Promise<Viewer> {
  return viewer && { id: viewer.id, maintains: await projectsMaintainedBy(db, viewer.id) }
}

/** How many patches of a series are shown on each side of one. */
const AROUND = 100

/** The series of a patch or a cover, with the mails around it. */
export interface SeriesNavigation {
  readonly series: SeriesRow
  readonly siblings: readonly SeriesPatch[]
  readonly dependsOn: ShownDependencies
  readonly neededBy: ShownDependencies
  /** All versions of the series, in order, including itself. */
  readonly versions: readonly Version[]
  readonly newer: NewerVersion | undefined
}

/** The newest version of a posting, where an older one is shown. */
export interface NewerVersion {
  readonly series: SeriesRow
  /** The message id of the patch or cover with the same name there. */
  readonly msgid?: string | null | undefined
}

/** Reads the series that a patch called `name` has the place `number` in; 0: its cover. */
export async function readSeriesNavigation(
  db: Database,
  project: Project,
  seriesId: number,
  { number, name }: { number: number; name: string },
): Promise<SeriesNavigation | undefined> {
  const [series] = await seriesById(db, [seriesId])
  if (!series) return undefined
  const versions = await listVersions(db, series)
  return {
    series,
    versions,
    siblings: await listSeriesPatches(db, seriesId, number - AROUND, number + AROUND),
    ...(await readDependencies(db, project, seriesId)),
    newer: await readNewer(db, series, versions, number === 0 ? undefined : name),
  }
}

/** The newest version of a series that is not the newest itself, with its patch of the same name or its cover. */
async function readNewer(
  db: Database,
  series: SeriesRow,
  versions: readonly Version[],
  patch: string | undefined,
): Promise<NewerVersion | undefined> {
  const last = versions.at(-1)
  if (!last || last.id === series.id) return undefined
  const [newest] = await seriesById(db, [last.id])
  if (!newest) return undefined
  const msgid = patch === undefined ? newest.cover_msgid : await findPatchOfSameName(db, newest.id, patch)
  return { series: newest, msgid }
}

/** The series that this one depends on and those that need it, as many as a page shows. */
export async function readDependencies(
  db: Database,
  project: Project,
  series: number,
): Promise<{ dependsOn: ShownDependencies; neededBy: ShownDependencies }> {
  const read = async (side: 'dependsOn' | 'neededBy') => {
    if (!project.show_dependencies) return { rows: [], total: 0 }
    const { ids, total } = await listDependencyPage(db, series, side, MAX_DEPENDENCIES)
    return { rows: inOrder(ids, await seriesById(db, ids)), total }
  }
  return { dependsOn: await read('dependsOn'), neededBy: await read('neededBy') }
}
