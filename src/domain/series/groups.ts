import type { Database, Time } from '../../db/schema.js'
import { type Activity, activityOfPatches, activityOfSeries } from '../comments/activity.js'
import { listLinesOfSeries, listPatchLines, type PatchLine } from '../patches/list.js'
import { countOfReceived, listSeriesLines, type SeriesLine } from './list.js'

/** Lists of patches by series, as the pages show them. */

/** One series of a list with its patches; or a patch that is in no series. */
export interface SeriesGroup {
  /** Of the series its id, of a single patch its negative id. */
  readonly key: number
  readonly series: SeriesLine | undefined
  /** By place. Not those of a series that is too long for a list. */
  readonly patches: readonly PatchLine[]
  /** Number of patches received. */
  readonly received: number
  /** Of a series: how many patches a list shows under it that has room. */
  readonly lines: number
  readonly comments: number
  /** How many of the comments need action. */
  readonly openComments: number
  /** The date of the newest patch or comment. */
  readonly lastActivity: Time
}

/** The lines of some series, by their ids, and of single patches, by their negative ids; in the order of `keys`. */
export async function listSeriesGroups(
  db: Database,
  keys: readonly number[],
  hasTags: boolean,
): Promise<SeriesGroup[]> {
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
    groups.set(row.id, groupOf(row.id, row, linesOf.get(row.id) ?? [], activityOf.get(row.id) ?? []))
  for (const row of singles)
    groups.set(-row.id, groupOf(-row.id, undefined, [row], singleActivity.get(row.id) ?? []))
  return keys.flatMap((key) => groups.get(key) ?? [])
}

/** The patches of longer series are shown on their pages only. */
const MAX_PATCHES = 200

/** Patches of series that one page shows: of more, some series are listed without theirs. */
export const MAX_LINES = 2000

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
  key: number,
  series: SeriesLine | undefined,
  patches: readonly PatchLine[],
  activity: readonly Activity[],
): SeriesGroup {
  const dates = [
    ...(series ? [series.date, ...series.states.map(({ last_date }) => last_date)] : []),
    ...patches.map(({ date }) => date),
    ...activity.map(({ last_date }) => last_date),
  ]
  const received = series ? countOfReceived(series) : patches.length
  const isListed = series !== undefined && received <= MAX_PATCHES
  return {
    key,
    series,
    patches,
    received,
    lines: isListed ? Math.max(received, patches.length) : 0,
    comments: activity.reduce((sum, { count }) => sum + count, 0),
    openComments: activity.reduce((sum, { open }) => sum + open, 0),
    lastActivity: dates.reduce((last, date) => (date > last ? date : last), ''),
  }
}
