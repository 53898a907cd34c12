import { parseListQuery, queryWith } from '../framework/list-query.js'
import { projectParameter } from '../framework/parameters.js'
import { type AppContext, addPage } from '../framework/request-context.js'

/** The former address of the list of all series of a project leads to the list of today. */
export function addSeriesListPage(appContext: AppContext): void {
  addPage(appContext, '/project/:project/series/', async ({ db, request, reply, query: asked }) => {
    const project = await projectParameter(db, request)
    const query = parseListQuery(asked)
    const all = { view: 'series', state: '*', archive: 'both', page: asked.get('page') ?? undefined }
    return reply.redirect(`/project/${project.link_name}/list/${queryWith(query, all)}`)
  })
}
