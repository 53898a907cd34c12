import type { Database } from '../db/schema.js'
import { inOrder } from '../store/page.js'
import type { Project } from '../store/project.js'
import { maintainersOf } from '../store/read.js'
import type { At } from './answer.js'
import { embedProject, embedUser, PROJECT } from './embedded.js'
import { addResource, type Listing, listPage, type Mount, only } from './resource.js'
import { type Shape, since } from './versions.js'

const SHAPE: Shape = { ...PROJECT, subject_match: since('1.1'), show_dependencies: since('1.4') }

const LISTING: Listing = {
  table: 'projects',
  filters: {},
  order: { id: 'id', name: 'name', link_name: 'link_name', list_id: 'list_id' },
  defaultOrder: 'id',
  search: ['link_name', 'name', 'list_id', 'list_email', 'web_url', 'scm_url', 'webscm_url'],
}

/** `/projects/`, and `/projects/N/` by number or link name. */
export function addProjects(mount: Mount): void {
  addResource(mount, '/projects/', 'GET', SHAPE, async (asked, reply) => {
    const ids = await listPage(asked, reply, LISTING, '/projects/')
    return await toProjects(asked.db, asked.at, inOrder(ids, [...asked.at.projects.values()]))
  })
  addResource(mount, '/projects/:project/', 'GET, PUT, PATCH', SHAPE, async ({ db, at, text }) => {
    const wanted = text('project')
    const found = [...at.projects.values()].filter(
      ({ id, link_name }) => String(id) === wanted || link_name.toLowerCase() === wanted.toLowerCase(),
    )
    return (await toProjects(db, at, [only(found, 'Project')]))[0]
  })
}

async function toProjects(db: Database, at: At, projects: readonly Project[]) {
  const maintainers = await maintainersOf(
    db,
    projects.map(({ id }) => id),
  )
  return projects.map((project) => ({
    ...embedProject(at, project.id),
    maintainers: maintainers.filter((row) => row.project_id === project.id).map((row) => embedUser(at, row)),
    subject_match: project.subject_match,
    show_dependencies: project.show_dependencies === 1,
  }))
}
