import type { VNode } from 'preact'
import { findListView } from '../../domain/list-view.js'
import type { Project } from '../../domain/projects/queries.js'
import { listViewOf, queryWith, withListView } from '../framework/list-query.js'
import { projectParameter } from '../framework/parameters.js'
import { type AppContext, addForm, addPage, type RequestContext } from '../framework/request-context.js'
import { readSeriesList } from '../series/list.js'
import { SeriesListing } from '../series/listing.js'
import { readSuggestionsLink } from '../suggestions/page.js'
import { Layout } from '../ui/layout.js'
import { changeChosen, readBulkChoices } from './bulk.js'
import { readPatchList } from './list.js'
import { patchesOf } from './list-rows.js'
import { PatchListing } from './listing.js'

/** The list of a project's patches or series, filtered by the address, and its bulk form. */
export function addPatchListPages(appContext: AppContext): void {
  addPage(appContext, '/project/:project/list/', showPage)
  addForm(appContext, '/project/:project/list/', async (context, form) => {
    const project = await projectParameter(context.db, context.request)
    return await changeChosen(context, project, form, showPage)
  })
}

async function showPage(context: RequestContext): Promise<VNode> {
  const project = await projectParameter(context.db, context.request)
  const first = context.listView ?? findListView(project.list_view) ?? 'patches'
  return listViewOf(context.query, first) === 'series'
    ? await showSeries(context, project)
    : await showPatches(context, project, first === 'series')
}

async function showPatches(context: RequestContext, project: Project, namesView: boolean): Promise<VNode> {
  const read = await readPatchList(context, project)
  const list = namesView ? { ...read, query: withListView(read.query, 'patches') } : read
  const feed = `/project/${project.link_name}/feed/patches/${queryWith(list.query, { view: '' })}`
  return (
    <Layout
      context={context}
      title="Patches"
      project={project}
      section="patches"
      styles={['patch-list.css']}
      scripts={['patch-list.js', 'completion.js']}
      feeds={{ Patches: feed }}
    >
      <h1 class="hidden">Patches</h1>
      <PatchListing
        context={context}
        list={list}
        choices={await readBulkChoices(context, project, patchesOf(list.rows))}
      >
        {await readSuggestionsLink(context, project)}
      </PatchListing>
    </Layout>
  )
}

async function showSeries(context: RequestContext, project: Project): Promise<VNode> {
  const list = await readSeriesList(context, project)
  const feed = `/project/${project.link_name}/feed/series/${queryWith(list.query, { view: '' })}`
  return (
    <Layout
      context={context}
      title="Series"
      project={project}
      section="patches"
      styles={['patch-list.css', 'series-list.css']}
      scripts={['patch-list.js', 'completion.js']}
      feeds={{ Series: feed }}
    >
      <h1 class="hidden">Series</h1>
      <SeriesListing
        context={context}
        list={list}
        choices={await readBulkChoices(context, project, patchesOf(list.rows))}
      >
        {await readSuggestionsLink(context, project)}
      </SeriesListing>
    </Layout>
  )
}
