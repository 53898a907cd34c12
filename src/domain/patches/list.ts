import { sql } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { inOrder, type Order } from '../../db/pagination.js'
import type { Database } from '../../db/schema.js'
import type { CheckCounts } from '../checks/queries.js'
import { type TagCount, tagCountsOf } from '../tags/queries.js'
import { listPatchIds, type PatchFilter, type PatchOrder } from './filter.js'

/** Lists of patches as the pages show them. */

/** One line of a list. */
export interface PatchLine extends CheckCounts {
  id: number
  project_id: number
  msgid: string
  name: string
  date: string
  state_id: number
  archived: number
  delegate_id: number | null
  submitter_id: number
  submitter_name: string | null
  submitter_email: string
  delegate_username: string | null
  series_id: number | null
  series_name: string | null
  /** Its place in the series. */
  number: number | null
  /** How often each tag was given, by the tag's number; undefined for a patch without any. */
  tags: ReadonlyMap<number, number> | undefined
}

/** Which patches are on one page of a list. */
export interface PatchIds {
  readonly ids: readonly number[]
  /** Total number, counted up to `COUNTED` rows after the page. */
  readonly total: number
  readonly isMore: boolean
}

/** Rows after a page are counted up to this number. */
export const COUNTED = 10_000

interface PatchWindow {
  limit: number
  offset: number
  /** Whether the tags of the patches are to be read; by default they are. */
  hasTags?: boolean
}

/** One page of the patches that a filter lets through, without their lines. */
export async function findPatches(
  db: Database,
  filter: PatchFilter,
  order: Order<PatchOrder>,
  { limit, offset }: PatchWindow,
): Promise<PatchIds> {
  const most = offset + COUNTED
  const { ids, total } = await listPatchIds(db, filter, [order], { limit, offset, most })
  return { ids, total, isMore: total === most }
}

/** The same with their lines. */
export async function listPatches(
  db: Database,
  filter: PatchFilter,
  order: Order<PatchOrder>,
  window: PatchWindow,
): Promise<PatchIds & { rows: PatchLine[] }> {
  const found = await findPatches(db, filter, order, window)
  return { ...found, rows: await listPatchLines(db, found.ids, window.hasTags) }
}

/** The lines of some patches, in the order of `ids`. */
export async function listPatchLines(
  db: Database,
  ids: readonly number[],
  hasTags = true,
): Promise<PatchLine[]> {
  const [lines, counts] = await Promise.all([linesById(db, ids), hasTags ? tagCountsOf(db, ids) : []])
  addTags(lines, counts)
  return inOrder(ids, lines)
}

/** The most lines of series that a list shows. */
const MAX_SERIES_LINES = 4000

/** The lines of some series, by place, up to a limit. */
export async function listLinesOfSeries(
  db: Database,
  series: readonly number[],
  hasTags = true,
): Promise<PatchLine[]> {
  const lines = await linesBySeries(db, series)
  const ids = lines.map(({ id }) => id)
  addTags(lines, hasTags ? await tagCountsOf(db, ids) : [])
  return lines
}

function addTags(lines: readonly PatchLine[], counts: readonly TagCount[]): void {
  const tags = new Map<number, Map<number, number>>()
  for (const { patch_id, tag_id, count } of counts) {
    const known = tags.get(patch_id)
    if (known) known.set(tag_id, count)
    else tags.set(patch_id, new Map([[tag_id, count]]))
  }
  for (const line of lines) line.tags = tags.get(line.id)
}

function selectLines(db: Database) {
  return db
    .selectFrom('patches')
    .innerJoin('people', 'people.id', 'patches.submitter_id')
    .leftJoin('users', 'users.id', 'patches.delegate_id')
    .leftJoin('series', 'series.id', 'patches.series_id')
    .select(['patches.id', 'patches.project_id', 'patches.msgid', 'patches.name', 'patches.date'])
    .select(['patches.state_id', 'patches.archived', 'patches.submitter_id', 'patches.series_id'])
    .select('patches.delegate_id')
    .select(['patches.checks_pending', 'patches.checks_success'])
    .select(['patches.checks_warning', 'patches.checks_fail'])
    .select(['people.name as submitter_name', 'people.email as submitter_email'])
    .select(['users.username as delegate_username', 'series.name as series_name'])
    .select('patches.number')
    .$castTo<PatchLine>()
}

const linesById = byIds<PatchLine>((db, ids) =>
  selectLines(db).where((eb) => capabilities(db).anyOf(eb.ref('patches.id'), ids)),
)

const linesBySeries = byIds<PatchLine>((db, ids) =>
  selectLines(db)
    .where((eb) => eb.or([eb('patches.number', 'is not', null), eb('patches.pull_url', 'is not', null)]))
    .where((eb) => capabilities(db).anyOf(eb.ref('patches.series_id'), ids))
    .orderBy('patches.series_id')
    .orderBy('patches.number')
    .orderBy('patches.id')
    .limit(sql.lit(MAX_SERIES_LINES)),
)
