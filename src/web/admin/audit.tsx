import { listChanges } from '../../domain/audit/queries.js'
import { findProject } from '../../domain/projects/queries.js'
import { parseId } from '../../util/text.js'
import type { UserContext } from '../framework/auth-guard.js'
import type { AppContext } from '../framework/request-context.js'
import { Layout } from '../ui/layout.js'
import { addAdminPage } from './admin.js'
import { AuditTable } from './audit-table.js'

/** So many changes a page has. */
const PAGE = 100

/** The audit trail, for administrators; `?project=` limits it to one project. */
export function addAuditPage(appContext: AppContext): void {
  addAdminPage(appContext, '/admin/audit/', async (context) => {
    const { query, db } = context
    const project = await findProject(db, query.get('project') ?? '')
    const before = parseId(query.get('before') ?? '')
    const changes = await listChanges(db, { projectId: project?.id, before, limit: PAGE + 1 })
    const shown = changes.slice(0, PAGE)
    return (
      <Layout context={context} title="Audit trail" styles={['admin.css']}>
        <h1>Audit trail{project ? `: ${project.name}` : ''}</h1>
        <Projects context={context} chosen={project?.link_name ?? ''} />
        {shown.length === 0 ? <p>No changes yet.</p> : <AuditTable changes={shown} />}
        {changes.length > PAGE && (
          <p>
            <a href={olderPath(project?.link_name, shown.at(-1)?.id ?? 0)} rel="next">
              Older changes
            </a>
          </p>
        )}
      </Layout>
    )
  })
}

function olderPath(project: string | undefined, before: number): string {
  return `/admin/audit/?${new URLSearchParams({ ...(project ? { project } : {}), before: String(before) })}`
}

function Projects({ context, chosen }: { context: UserContext; chosen: string }) {
  return (
    <form class="actions" action="/admin/audit/">
      <label for="project">Project</label>
      <select id="project" name="project">
        <option value="">all, and what belongs to none</option>
        {context.projects.map(({ link_name, name }) => (
          <option value={link_name} selected={link_name === chosen}>
            {name}
          </option>
        ))}
      </select>
      <button>Show</button>
    </form>
  )
}
