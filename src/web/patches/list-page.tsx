import type { VNode } from 'preact'
import { queryWith } from '../framework/list-query.js'
import { projectParameter } from '../framework/parameters.js'
import { addForm, addPage, type Mount, type Visit } from '../framework/request-context.js'
import { Layout } from '../ui/layout.js'
import { changeChosen, readBulkChoices } from './bulk.js'
import { readPatchList } from './list.js'
import { PatchListing } from './listing.js'

/** The patches of a project, as the address filters them, and what is done to many at once. */
export function addPatchListPages(mount: Mount): void {
  addPage(mount, '/project/:project/list/', showPage)
  addForm(mount, '/project/:project/list/', async (visit, form) => {
    const project = await projectParameter(visit.db, visit.request)
    return await changeChosen(visit, project, form, showPage)
  })
}

async function showPage(visit: Visit): Promise<VNode> {
  const project = await projectParameter(visit.db, visit.request)
  const list = await readPatchList(visit, project)
  const feed = `/project/${project.link_name}/feed/patches/${queryWith(list.query)}`
  return (
    <Layout
      visit={visit}
      title="Patches"
      project={project}
      section="patches"
      styles={['patch-list.css']}
      scripts={['patch-list.js', 'completion.js']}
      feeds={{ Patches: feed }}
    >
      <h1 class="hidden">Patches</h1>
      <PatchListing visit={visit} list={list} choices={await readBulkChoices(visit, project, list.rows)} />
    </Layout>
  )
}
