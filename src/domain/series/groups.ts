import type { Order } from '../../db/pagination.js'
import type { Database, Time } from '../../db/schema.js'
import { type Activity, activityOfPatches, activityOfSeries } from '../comments/activity.js'
import { listPatchGroups, type PatchFilter, type PatchOrder } from '../patches/filter.js'
import { listLinesOfSeries, listPatchLines, type PatchLine } from '../patches/list.js'
import { countOfReceived, listSeriesLines, type SeriesLine } from './list.js'

/** Lists of patches by series, as the pages show them. */

/** One series of a list with its patches; or a patch that is in no series. */
export interface SeriesGroup {
  readonly series: SeriesLine | undefined
  /** By place. Not those of a series that is too long for a list. */
  readonly patches: readonly PatchLine[]
  /** Number of patches received. */
  readonly received: number
  readonly comments: number
  /** How many of the comments need action. */
  readonly openComments: number
  /** The date of the newest patch or comment. */
  readonly lastActivity: Time
}

export interface GroupedPage {
  groups: SeriesGroup[]
  /** Number of groups, counted up to a limit. */
  total: number
  isMore: boolean
}

interface GroupWindow {
  limit: number
  offset: number
  hasTags: boolean
}

/** One page of the series that have a patch that the filter lets through. */
export async function listSeriesGroups(
  db: Database,
  filter: PatchFilter,
  order: Order<PatchOrder>,
  { limit, offset, hasTags }: GroupWindow,
): Promise<GroupedPage> {
  const { keys, total, isMore } = await listPatchGroups(db, filter, [order], { limit, offset })
  return { groups: await readGroups(db, keys, hasTags), total, isMore }
}

/** Series by id, and single patches by their negative ids. */
async function readGroups(db: Database, keys: readonly number[], hasTags: boolean): Promise<SeriesGroup[]> {
  const seriesIds = keys.filter((key) => key > 0)
  const patchIds = keys.filter((key) => key < 0).map((key) => -key)
  const [series, singles, comments, commentsOfSingles] = await Promise.all([
    listSeriesLines(db, seriesIds),
    listPatchLines(db, patchIds, hasTags),
    activityOfSeries(db, seriesIds),
    activityOfPatches(db, patchIds),
  ])
  const lines = await listLinesOfSeries(db, shownSeries(series), hasTags)
  const linesOf = Map.groupBy(lines, ({ series_id }) => series_id)
  const activityOf = Map.groupBy(comments, ({ id }) => id)
  const singleActivity = Map.groupBy(commentsOfSingles, ({ id }) => id)
  const groups = new Map<number, SeriesGroup>()
  for (const row of series)
    groups.set(row.id, groupOf(row, linesOf.get(row.id) ?? [], activityOf.get(row.id) ?? []))
  for (const row of singles) groups.set(-row.id, groupOf(undefined, [row], singleActivity.get(row.id) ?? []))
  return keys.flatMap((key) => groups.get(key) ?? [])
}

/** The patches of longer series are shown on their pages only. */
const MAX_PATCHES = 200

/** Patches of series that one page shows. */
const MAX_LINES = 2000

/** The series whose patches are shown, as far as the limits allow. */
function shownSeries(rows: readonly SeriesLine[]): number[] {
  const shown: number[] = []
  let left = MAX_LINES
  for (const row of rows) {
    const count = countOfReceived(row)
    if (count > MAX_PATCHES || count > left) continue
    left -= count
    shown.push(row.id)
  }
  return shown
}

function groupOf(
  series: SeriesLine | undefined,
  patches: readonly PatchLine[],
  activity: readonly Activity[],
): SeriesGroup {
  const dates = [
    ...(series ? [series.date, ...series.states.map(({ last_date }) => last_date)] : []),
    ...patches.map(({ date }) => date),
    ...activity.map(({ last_date }) => last_date),
  ]
  return {
    series,
    patches,
    received: series ? countOfReceived(series) : patches.length,
    comments: activity.reduce((sum, { count }) => sum + count, 0),
    openComments: activity.reduce((sum, { open }) => sum + open, 0),
    lastActivity: dates.reduce((last, date) => (date > last ? date : last), ''),
  }
}
