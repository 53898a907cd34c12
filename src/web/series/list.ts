import type { Database } from '../../db/schema.js'
import type { PatchFilter } from '../../domain/patches/filter.js'
import type { Project } from '../../domain/projects/queries.js'
import { type GroupedPage, listSeriesGroups } from '../../domain/series/groups.js'
import { listStates } from '../../domain/states/queries.js'
import { listTags, type Tag } from '../../domain/tags/queries.js'
import { type ListQuery, parseListQuery, withListView } from '../framework/list-query.js'
import type { RequestContext } from '../framework/request-context.js'
import { readFilter } from '../patches/filter.js'
import type { FilteredList } from '../patches/filter-form.js'

/** One page of a list of series, with all that is shown around it. */
export interface SeriesList extends GroupedPage, FilteredList {
  readonly project: Project
  /** From 1 */
  readonly page: number
  readonly pages: number
  /** Those that have a column. */
  readonly tags: readonly Tag[]
}

/** Reads the series that have a patch that the address of a page asks for. */
export async function readSeriesList(context: RequestContext, project: Project): Promise<SeriesList> {
  const { db, viewer } = context
  const query = withListView(parseListQuery(context.query, viewer?.items_per_page), 'series')
  const { filter, conditions } = await readFilter(db, query, () => context.now)
  const { words: wordsOfSeries, ...rest } = filter
  const tags = project.use_tags ? (await listTags(db)).filter(({ show_column }) => show_column) : []
  const found = await readPage(db, { ...rest, wordsOfSeries, projects: [project.id] }, query, tags.length > 0)
  return {
    ...found,
    project,
    path: context.path,
    query,
    conditions,
    pages: Math.max(1, Math.ceil(found.total / query.perPage)),
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
): Promise<GroupedPage & { page: number }> {
  const read = async (number: number) => {
    const window = { limit: perPage, offset: (number - 1) * perPage, hasTags }
    return { ...(await listSeriesGroups(db, filter, order, window)), page: number }
  }
  const found = await read(page)
  if (page === 1 || found.groups.length > 0) return found
  return await read(Math.max(1, Math.ceil(found.total / perPage)))
}
