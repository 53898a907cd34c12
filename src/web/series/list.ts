import type { Project } from '../../domain/projects/queries.js'
import { type GroupedPage, listSeriesGroups } from '../../domain/series/groups.js'
import { listStates } from '../../domain/states/queries.js'
import { parseListQuery, withListView } from '../framework/list-query.js'
import type { RequestContext } from '../framework/request-context.js'
import { readFilter } from '../patches/filter.js'
import { type ListFrame, readPage, tagColumns } from '../patches/list.js'

/** One page of a list of series, with all that is shown around it. */
export interface SeriesList extends GroupedPage, ListFrame {}

/** Reads the series that have a patch that the address of a page asks for. */
export async function readSeriesList(context: RequestContext, project: Project): Promise<SeriesList> {
  const { db, viewer } = context
  const query = withListView(parseListQuery(context.query, viewer?.items_per_page), 'series')
  const { filter, conditions } = await readFilter(db, query, () => context.now)
  const { words: wordsOfSeries, ...rest } = filter
  const whole = { ...rest, wordsOfSeries, projects: [project.id] }
  const tags = await tagColumns(db, project)
  const window = { limit: query.perPage, hasTags: tags.length > 0 }
  const found = await readPage(
    query,
    (offset) => listSeriesGroups(db, whole, query.order, { ...window, offset }),
    ({ groups }) => groups.length > 0,
  )
  return { ...found, project, path: context.path, query, conditions, states: await listStates(db), tags }
}
