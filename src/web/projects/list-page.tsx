import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import type { Project } from '../../domain/projects/projects.js'
import { readOpenCounts } from '../../domain/projects/statistics.js'
import { addPage, type Mount, type Visit } from '../framework/request-context.js'
import { External } from '../ui/external.js'
import { Layout } from '../ui/layout.js'

/** All projects; of a site that has one, that one's patches. */
export function addProjectsPage(mount: Mount): void {
  addPage(mount, '/', async (visit): Promise<VNode | FastifyReply> => {
    const [project, ...others] = visit.projects
    if (project && others.length === 0) return visit.reply.redirect(`/project/${project.link_name}/list/`)
    const counts = await readOpenCounts(visit.db)
    const open = new Map(counts.map(({ project_id, count }) => [project_id, count]))
    return <Projects visit={visit} open={open} />
  })
}

function Projects({ visit, open }: { visit: Visit; open: ReadonlyMap<number, number> }) {
  const projects = visit.projects.toSorted((a, b) => a.name.localeCompare(b.name, 'en'))
  return (
    <Layout visit={visit} title="Projects" styles={['project.css']}>
      <h1>Projects</h1>
      {projects.length === 0 && <p class="muted">There is no project yet.</p>}
      <ul class="projects">
        {projects.map((project) => (
          <ProjectCard project={project} open={open.get(project.id) ?? 0} />
        ))}
      </ul>
    </Layout>
  )
}

function ProjectCard({ project, open }: { project: Project; open: number }) {
  const base = `/project/${project.link_name}`
  return (
    <li class="card">
      <h2>
        <a href={`${base}/list/`}>
          <bdi>{project.name}</bdi>
        </a>
      </h2>
      <p class="links">
        <a href={`${base}/list/`}>View patches</a>
        <a href={`${base}/series/`}>Series</a>
        <a href={`${base}/`}>About</a>
      </p>
      <p class="muted">
        {open.toLocaleString('en')} {open === 1 ? 'patch' : 'patches'} to act on
      </p>
      {[project.web_url, project.scm_url].filter(Boolean).map((href) => (
        <p>
          <External href={href} />
        </p>
      ))}
    </li>
  )
}
