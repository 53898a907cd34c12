import type { Database } from '../../db/schema.js'
import type { PatchFilter } from '../../domain/patches/filter.js'
import { findPatches, listPatchLines, type PatchLine } from '../../domain/patches/list.js'
import type { Project } from '../../domain/projects/queries.js'
import { listStates } from '../../domain/states/queries.js'
import { listTags, type Tag } from '../../domain/tags/queries.js'
import { type ListQuery, parseListQuery } from '../framework/list-query.js'
import type { RequestContext } from '../framework/request-context.js'
import { patchRows } from '../ui/patch-table.js'
import { type Condition, readFilter } from './filter.js'
import type { FilteredList } from './filter-form.js'
import { cachedListRows, type ListRow, makeListRow, rowsInOrder, rowViewOf } from './list-rows.js'

/** The rows of one page of a list, with all that is shown around them. */
export interface ListPage extends FilteredList {
  readonly project: Project
  readonly rows: readonly ListRow[]
  /** The number of rows on all pages, counted up to a limit. */
  readonly total: number
  readonly isMore: boolean
  /** From 1 */
  readonly page: number
  readonly pages: number
  /** Those that have a column. */
  readonly tags: readonly Tag[]
}

/** The part of a filter that a page adds to every query, in words and for the database. */
export interface BaseFilter {
  readonly filter: PatchFilter
  readonly conditions: readonly Condition[]
}

const NO_BASE_FILTER: BaseFilter = { filter: {}, conditions: [] }

/** Reads the list of a project's patches that the address of a page asks for. */
export async function readPatchList(
  context: RequestContext,
  project: Project,
  baseFilter: BaseFilter = NO_BASE_FILTER,
): Promise<ListPage> {
  const { db, viewer } = context
  const query = parseListQuery(context.query, viewer?.items_per_page)
  const { filter, conditions } = await readFilter(db, query, () => context.now)
  const whole = { ...filter, ...baseFilter.filter, projects: [project.id] }
  const { ids, ...found } = await readPage(
    query,
    (offset) => findPatches(db, whole, query.order, { limit: query.perPage, offset }),
    (page) => page.ids.length > 0,
  )
  return {
    ...found,
    project,
    rows: await readRows(context, project, ids),
    path: context.path,
    query,
    conditions: [...conditions, ...baseFilter.conditions],
    states: await listStates(db),
    tags: await tagColumns(db, project),
  }
}

/** The rows of some patches of a project; those that are known are not read. */
async function readRows(
  context: RequestContext,
  project: Project,
  ids: readonly number[],
): Promise<ListRow[]> {
  const { db, path, sent } = context
  const own = listPathOf(project)
  const listPath = path === own ? '' : own
  const tags = await tagColumns(db, project)
  const view = rowViewOf(context)
  const { known, keep } = cachedListRows(context, { kind: 'patches', project, tags, view, more: listPath })
  const missing = ids.filter((id) => !known.has(id))
  if (missing.length === 0) return rowsInOrder(ids, known)
  const states = await listStates(db)
  const lines = await listPatchLines(db, missing, tags.length > 0)
  const options = { ...view, project, states, tags, listPath, chosen: sent?.getAll('patch') }
  const made = patchRows(lines, options).map((row, index) => {
    const line = lines[index] as PatchLine
    return [line.id, makeListRow(row, [line], view)] as const
  })
  keep(made)
  return rowsInOrder(ids, known, new Map(made))
}

/** The path of the list of a project. */
export function listPathOf({ link_name }: Project): string {
  return `/project/${link_name}/list/`
}

/** The tags that have a column in the lists of a project. */
export async function tagColumns(db: Database, { use_tags }: Project): Promise<Tag[]> {
  return use_tags ? (await listTags(db)).filter(({ show_column }) => show_column) : []
}

/**
 * The requested page, or the last one if there are fewer. `read` reads the page that begins at an offset, and `hasRows`
 * tells whether there is anything on it.
 */
export async function readPage<P extends { readonly total: number }>(
  query: ListQuery,
  read: (offset: number) => Promise<P>,
  hasRows: (found: P) => boolean,
): Promise<P & Pick<ListPage, 'page' | 'pages'>> {
  const offsetOf = (page: number) => (page - 1) * query.perPage
  const pagesOf = ({ total }: P) => Math.max(1, Math.ceil(total / query.perPage))
  let { page } = query
  let found = await read(offsetOf(page))
  if (page > 1 && !hasRows(found)) {
    page = pagesOf(found)
    found = await read(offsetOf(page))
  }
  return { ...found, page, pages: pagesOf(found) }
}
