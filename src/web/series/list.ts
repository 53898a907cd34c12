import { listPatchGroups } from '../../domain/patches/filter.js'
import type { Project } from '../../domain/projects/queries.js'
import { listSeriesGroups, MAX_LINES } from '../../domain/series/groups.js'
import { listStates } from '../../domain/states/queries.js'
import type { Markup } from '../framework/html.js'
import { parseListQuery, withListView } from '../framework/list-query.js'
import type { RequestContext } from '../framework/request-context.js'
import { readFilter } from '../patches/filter.js'
import { type ListPage, readPage, tagColumns } from '../patches/list.js'
import { cachedListRows, type ListRow, makeListRow, rowsInOrder, rowViewOf } from '../patches/list-rows.js'
import { groupBodies } from '../ui/series-groups.js'

/** Reads the series that have a patch that the address of a page asks for. */
export async function readSeriesList(context: RequestContext, project: Project): Promise<ListPage> {
  const { db, viewer } = context
  const query = withListView(parseListQuery(context.query, viewer?.items_per_page), 'series')
  const { filter, conditions } = await readFilter(db, query, () => context.now)
  const { words: wordsOfSeries, ...rest } = filter
  const whole = { ...rest, wordsOfSeries, projects: [project.id] }
  const { keys, ...found } = await readPage(
    query,
    (offset) => listPatchGroups(db, whole, [query.order], { limit: query.perPage, offset }),
    (page) => page.keys.length > 0,
  )
  return {
    ...found,
    project,
    rows: await readRows(context, project, keys),
    path: context.path,
    query,
    conditions,
    states: await listStates(db),
    tags: await tagColumns(db, project),
  }
}

/** The rows of some series and single patches of a project, by their keys; those that are known are not read. */
async function readRows(
  context: RequestContext,
  project: Project,
  keys: readonly number[],
): Promise<ListRow[]> {
  const tags = await tagColumns(context.db, project)
  const view = rowViewOf(context)
  const form = { kind: 'series', project, tags, view, more: context.today }
  const { known, keep } = cachedListRows(context, form)
  const missing = keys.filter((key) => !known.has(key))
  const made = missing.length > 0 ? await makeRows(context, project, missing) : []
  const rows = rowsInOrder(keys, known, new Map(made))
  if (rows.reduce((sum, { lines }) => sum + lines, 0) > MAX_LINES) {
    // What has no room depends on all rows of the page.
    return missing.length === keys.length
      ? rows
      : (await makeRows(context, project, keys)).map(([, row]) => row)
  }
  keep(made)
  return rows
}

async function makeRows(
  context: RequestContext,
  project: Project,
  keys: readonly number[],
): Promise<(readonly [key: number, ListRow])[]> {
  const { db, today, sent } = context
  const [states, tags, view] = [await listStates(db), await tagColumns(db, project), rowViewOf(context)]
  const groups = await listSeriesGroups(db, keys, tags.length > 0)
  const bodies = groupBodies(groups, { ...view, project, states, tags, today, chosen: sent })
  return groups.map(({ key, patches, lines }, index) => [
    key,
    makeListRow(bodies[index] as Markup, patches, view, lines),
  ])
}
