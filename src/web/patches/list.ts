import type { Database } from '../../db/schema.js'
import type { PatchFilter } from '../../domain/patches/filter.js'
import { listPatches, type PatchPage } from '../../domain/patches/list.js'
import type { Project } from '../../domain/projects/queries.js'
import { listStates } from '../../domain/states/queries.js'
import { listTags, type Tag } from '../../domain/tags/queries.js'
import { type ListQuery, parseListQuery } from '../framework/list-query.js'
import type { RequestContext } from '../framework/request-context.js'
import { type Condition, readFilter } from './filter.js'
import type { FilteredList } from './filter-form.js'

/** What is shown around the rows of one page of a list. */
export interface ListFrame extends FilteredList {
  readonly project: Project
  /** From 1 */
  readonly page: number
  readonly pages: number
  /** Those that have a column. */
  readonly tags: readonly Tag[]
}

/** One page of a list of patches, with all that is shown around it. */
export interface PatchList extends PatchPage, ListFrame {}

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
): Promise<PatchList> {
  const { db, viewer } = context
  const query = parseListQuery(context.query, viewer?.items_per_page)
  const { filter, conditions } = await readFilter(db, query, () => context.now)
  const whole = { ...filter, ...baseFilter.filter, projects: [project.id] }
  const tags = await tagColumns(db, project)
  const window = { limit: query.perPage, hasTags: tags.length > 0 }
  const found = await readPage(
    query,
    (offset) => listPatches(db, whole, query.order, { ...window, offset }),
    ({ rows }) => rows.length > 0,
  )
  return {
    ...found,
    project,
    path: context.path,
    query,
    conditions: [...conditions, ...baseFilter.conditions],
    states: await listStates(db),
    tags,
  }
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
): Promise<P & Pick<ListFrame, 'page' | 'pages'>> {
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
