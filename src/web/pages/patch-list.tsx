import type { VNode } from 'preact'
import { Layout } from '../components/layout.js'
import { PatchListing } from '../components/patch-listing.js'
import { changeChosen, readBulkChoices } from '../bulk.js'
import { queryWith } from '../list-query.js'
import { readPatchList } from '../patch-list.js'
import { projectParameter } from '../request.js'
import { addForm, addPage, type Mount, type Visit } from '../visit.js'

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
