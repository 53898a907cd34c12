import type { VNode } from 'preact'
import { queryWith } from '../framework/list-query.js'
import { projectParameter } from '../framework/parameters.js'
import { type AppContext, addForm, addPage, type RequestContext } from '../framework/request-context.js'
import { Layout } from '../ui/layout.js'
import { changeChosen, readBulkChoices } from './bulk.js'
import { readPatchList } from './list.js'
import { PatchListing } from './listing.js'

/** The list of a project's patches, filtered by the address, and its bulk form. */
export function addPatchListPages(appContext: AppContext): void {
  addPage(appContext, '/project/:project/list/', showPage)
  addForm(appContext, '/project/:project/list/', async (context, form) => {
    const project = await projectParameter(context.db, context.request)
    return await changeChosen(context, project, form, showPage)
  })
}

async function showPage(context: RequestContext): Promise<VNode> {
  const project = await projectParameter(context.db, context.request)
  const list = await readPatchList(context, project)
  const feed = `/project/${project.link_name}/feed/patches/${queryWith(list.query)}`
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
        choices={await readBulkChoices(context, project, list.rows)}
      />
    </Layout>
  )
}
