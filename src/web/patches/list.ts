import type { Database } from '../../db/schema.js'
import type { PatchFilter } from '../../domain/patches/filter.js'
import { listPatches, type PatchPage } from '../../domain/patches/list.js'
import type { Project } from '../../domain/projects/queries.js'
import { listStates, type State } from '../../domain/states/queries.js'
import { listTags, type Tag } from '../../domain/tags/queries.js'
import { type ListQuery, parseListQuery } from '../framework/list-query.js'
import type { RequestContext } from '../framework/request-context.js'
import { type Condition, readFilter } from './filter.js'

/** One page of a list of patches, with all that is shown around it. */
export interface PatchList extends PatchPage {
  readonly project: Project
  /** The path of the page that it is on, without query. */
  readonly path: string
  readonly query: ListQuery
  readonly conditions: readonly Condition[]
  /** From 1 */
  readonly page: number
  readonly pages: number
  readonly states: readonly State[]
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
): Promise<PatchList> {
  const { db, viewer } = context
  const query = parseListQuery(context.query, viewer?.items_per_page)
  const { filter, conditions } = await readFilter(db, query, () => context.now)
  const whole = { ...filter, ...baseFilter.filter, projects: [project.id] }
  const tags = project.use_tags ? (await listTags(db)).filter(({ show_column }) => show_column) : []
  const { rows, total, isMore, page } = await readPage(db, whole, query, tags.length > 0)
  return {
    project,
    path: context.path,
    query,
    conditions: [...conditions, ...baseFilter.conditions],
    rows,
    total,
    isMore,
    page,
    pages: Math.max(1, Math.ceil(total / query.perPage)),
    states: await listStates(db),
    tags,
  }
}

/** The requested page, or the last one if there are fewer. */
async function readPage(
  db: Database,
  filter: PatchFilter,
  { order, page, perPage }: ListQuery,
  hasTags: boolean,
): Promise<PatchPage & { page: number }> {
  const window = { limit: perPage, offset: (page - 1) * perPage, hasTags }
  const found = await listPatches(db, filter, order, window)
  if (page === 1 || found.total > window.offset) return { ...found, page }
  const last = Math.max(1, Math.ceil(found.total / perPage))
  const offset = (last - 1) * perPage
  return { ...(await listPatches(db, filter, order, { ...window, offset })), page: last }
}
