import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import type { Project } from '../../domain/projects/queries.js'
import { forgetAnswer } from '../../server/remember-answers.js'
import { type AppContext, addPage, type RequestContext } from '../framework/request-context.js'
import { External } from '../ui/external.js'
import { Layout } from '../ui/layout.js'

/** All projects; of a site that has one, that one's patches. */
export function addProjectsPage(appContext: AppContext): void {
  addPage(appContext, '/', async (context): Promise<VNode | FastifyReply> => {
    const [project, ...others] = context.projects
    if (project && others.length === 0) return context.reply.redirect(`/project/${project.link_name}/list/`)
    // Counts of large sites are kept for some seconds, whatever is committed.
    forgetAnswer(context.request)
    const counts = await context.statistics.readOpenCounts()
    const open = new Map(counts.map(({ project_id, count }) => [project_id, count]))
    return <Projects context={context} open={open} />
  })
}

function Projects({ context, open }: { context: RequestContext; open: ReadonlyMap<number, number> }) {
  const projects = context.projects.toSorted((a, b) => a.name.localeCompare(b.name, 'en'))
  return (
    <Layout context={context} title="Projects" styles={['project.css']}>
      <h1>Projects</h1>
      {projects.length === 0 && <p class="muted">No projects yet.</p>}
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
