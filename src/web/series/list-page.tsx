import type { Order } from '../../db/pagination.js'
import type { Project } from '../../domain/projects/queries.js'
import type { SeriesOrder } from '../../domain/series/filter.js'
import { listSeries, type SeriesPage } from '../../domain/series/list.js'
import { listStates, type State } from '../../domain/states/queries.js'
import { type ListQuery, parseListQuery, queryWith } from '../framework/list-query.js'
import { projectParameter } from '../framework/parameters.js'
import { type AppContext, addPage, type RequestContext } from '../framework/request-context.js'
import { readFilter } from '../patches/filter.js'
import { Layout } from '../ui/layout.js'
import { Pagination } from '../ui/pagination.js'
import { SeriesTable } from '../ui/series-table.js'
import { SortTitle } from '../ui/sort-title.js'

interface SeriesList extends SeriesPage {
  readonly project: Project
  readonly states: readonly State[]
  readonly query: ListQuery
  readonly order: Order<SeriesOrder>
  readonly page: number
}

/** The series of a project, the newest first. */
export function addSeriesListPage(appContext: AppContext): void {
  addPage(appContext, '/project/:project/series/', async (context) => {
    const project = await projectParameter(context.db, context.request)
    const list = await readSeriesList(context, project)
    const feed = `/project/${project.link_name}/feed/series/${queryWith(list.query)}`
    return (
      <Layout
        context={context}
        title="Series"
        project={project}
        section="series"
        styles={['patch-list.css', 'series.css']}
        scripts={['completion.js']}
        feeds={{ Series: feed }}
      >
        <h1 class="hidden">Series</h1>
        <Listing list={list} path={context.path} />
      </Layout>
    )
  })
}

/** Series as the address asks for them: `q` and `submitter` choose, `order` is `date` or `name`. */
export async function readSeriesList(context: RequestContext, project: Project): Promise<SeriesList> {
  const { db, viewer } = context
  const query = parseListQuery(context.query, viewer?.items_per_page)
  const { filter } = await readFilter(db, query)
  const { submitter, words } = filter
  const wanted = { projects: [project.id], submitter, words }
  const { by, isDescending } = query.order
  const order: Order<SeriesOrder> =
    by === 'name' || by === 'date' ? { by, isDescending } : { by: 'date', isDescending: true }
  const read = (page: number) =>
    listSeries(db, wanted, order, { limit: query.perPage, offset: (page - 1) * query.perPage })
  let page = query.page
  let found = await read(page)
  const pages = Math.max(1, Math.ceil(found.total / query.perPage))
  if (page > pages) found = await read((page = pages))
  return { ...found, project, query, order, page, states: await listStates(db) }
}

function Listing({ list, path }: { list: SeriesList; path: string }) {
  const { project, query, order, rows, total, isMore, states } = list
  const pages = Math.max(1, Math.ceil(total / query.perPage))
  const pagination = (
    <Pagination page={list.page} pages={pages} hrefOf={(page) => queryWith(query, { page })} />
  )
  const titles = {
    name: <SortTitle by="name" text="Series" query={query} order={order} />,
    date: <SortTitle by="date" text="Date" query={query} order={order} />,
  }
  return (
    <>
      <div class="above">
        <Choice query={query} path={path} count={`${total.toLocaleString('en')}${isMore ? '+' : ''}`} />
        {pagination}
      </div>
      {rows.length > 0 ? (
        <SeriesTable
          rows={rows}
          states={states}
          titles={titles}
          listPath={`/project/${project.link_name}/series/`}
        />
      ) : (
        <p class="none">No series to show.</p>
      )}
      {pages > 1 && <div class="below">{pagination}</div>}
    </>
  )
}

function Choice({ query, path, count }: { query: ListQuery; path: string; count: string }) {
  const value = (name: string) => query.values.get(name)
  return (
    <form action={path} class="actions">
      <span class="pair">
        <label for="s-q">Search</label>
        <input id="s-q" name="q" value={value('q')} placeholder="words of the name" dir="auto" />
      </span>
      <span class="pair">
        <label for="s-submitter">Submitter</label>
        <input
          id="s-submitter"
          name="submitter"
          value={value('submitter')}
          size={26}
          placeholder="name, address or number"
          dir="auto"
          autoComplete="off"
          data-completes="/submitter/"
        />
      </span>
      <button class="main">Apply</button> <a href={path}>Reset</a>
      <span class="total">{count} series</span>
    </form>
  )
}
