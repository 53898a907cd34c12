import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import { canIdentifyProject, canSetUpProject } from '../../auth/permissions.js'
import { listChanges } from '../../domain/audit/audit.js'
import { changeProject } from '../../domain/projects/commands.js'
import { maintainersOf, projectsMaintainedBy } from '../../domain/projects/maintainers.js'
import { listDelegationRules, type Project } from '../../domain/projects/projects.js'
import { startRework } from '../../domain/recompute/commands.js'
import { listNewestTasks } from '../../domain/recompute/tasks.js'
import { usersById } from '../../domain/users/users.js'
import { Forbidden } from '../../util/errors.js'
import { actorOf, addOwnForm, addOwnPage, type OwnVisit } from '../framework/auth-guard.js'
import { changedValues, readFields, type Sent, unchanged } from '../framework/fields.js'
import { projectParameter } from '../framework/parameters.js'
import { type Mount, redirectWith } from '../framework/request-context.js'
import { Fields } from '../ui/fields.js'
import { Form } from '../ui/form.js'
import { Layout } from '../ui/layout.js'
import { AuditTable } from './audit-table.js'
import { MaintainerCard, RemovalCard, RuleCard } from './project-cards.js'
import { DETAILS, IDENTITY } from './project-fields.js'
import { problemOf, requireStanding } from './projects.js'
import { ReworkCard } from './recompute-card.js'

/** So many of the newest changes are shown. */
const MOST_CHANGES = 20

/** The settings of one project, for those who maintain it. */
export function addSettingsPages(mount: Mount): void {
  addOwnPage(mount, '/project/:project/settings/', async (visit) => {
    const project = await settableProject(visit)
    return await settingsPage(visit, project)
  })
  addOwnForm(mount, '/project/:project/settings/', change)
  addOwnForm(mount, '/project/:project/settings/rework/', rework)
}

/** The project that the path names, if the viewer may set it up. Throws NotFound and Forbidden. */
export async function settableProject({ db, request, viewer }: OwnVisit): Promise<Project> {
  const project = await projectParameter(db, request)
  const maintains = await projectsMaintainedBy(db, viewer.id)
  if (!canSetUpProject({ ...viewer, maintains }, project)) throw new Forbidden()
  return project
}

/** What the viewer may change of a project. */
function fieldsFor({ viewer }: OwnVisit) {
  return canIdentifyProject(viewer) ? [...IDENTITY, ...DETAILS] : DETAILS
}

/** What was sent to change the rights in a project, with what is wrong with it. */
export interface SentRights {
  readonly maintainer?: Sent
  readonly rule?: Sent
}

/** The settings of a project; where something was refused, with what was sent. */
export async function settingsPage(
  visit: OwnVisit,
  project: Project,
  problem?: Sent,
  rights: SentRights = {},
): Promise<VNode> {
  const { db } = visit
  const fields = fieldsFor(visit)
  const sent = problem ?? unchanged(fields, project)
  const changes = await listChanges(db, { projectId: project.id, limit: MOST_CHANGES })
  const path = pathOf(project)
  return (
    <Layout visit={visit} title="Settings" project={project} section="about" styles={['admin.css']}>
      <h1>Settings</h1>
      {project.removed !== null && (
        <p class="problem">This project is being removed; it takes no mail any more.</p>
      )}
      <div class="sides">
        <section class="card">
          <h2>The project</h2>
          <Form visit={visit} action={path}>
            <Fields fields={fields} sent={sent} />
            <div class="actions">
              <button class="main">Save</button>
            </div>
          </Form>
        </section>
        {await rightsOf(visit, project, rights)}
      </div>
      {changes.length > 0 && (
        <>
          <h2>What changed lately</h2>
          <AuditTable changes={changes} />
        </>
      )}
    </Layout>
  )
}

function pathOf({ link_name }: Project): string {
  return `/project/${link_name}/settings/`
}

/** Who may do what in the project, and what else can be done with it. */
async function rightsOf(visit: OwnVisit, project: Project, sent: SentRights): Promise<VNode> {
  const { db, viewer } = visit
  const rules = await listDelegationRules(db, project.id)
  const users = await usersById(db, [...new Set(rules.map(({ user_id }) => user_id))])
  const maintainers = await maintainersOf(db, [project.id])
  const tasks = await listNewestTasks(db, project.id)
  const path = pathOf(project)
  return (
    <div>
      <MaintainerCard visit={visit} path={path} maintainers={maintainers} sent={sent.maintainer} />
      <RuleCard visit={visit} path={path} rules={rules} users={users} sent={sent.rule} />
      <ReworkCard visit={visit} path={path} tasks={tasks} />
      {canIdentifyProject(viewer) && project.removed === null && (
        <RemovalCard visit={visit} project={project} />
      )}
    </div>
  )
}

async function change(visit: OwnVisit, form: URLSearchParams): Promise<VNode | FastifyReply> {
  const project = await settableProject(visit)
  requireStanding(project)
  const fields = fieldsFor(visit)
  const sent = readFields(fields, form, project)
  const { id, link_name } = project
  const changed = changedValues(sent)
  const work = () => changeProject(visit.db, actorOf(visit), id, changed, sent.shown)
  const problem = await problemOf(visit, sent, work, id)
  if (problem) return await settingsPage(visit, project, problem)
  return redirectWith(
    visit,
    `/project/${changed.link_name ?? link_name}/settings/`,
    'The settings are saved.',
  )
}

async function rework(visit: OwnVisit, form: URLSearchParams): Promise<FastifyReply> {
  const project = await settableProject(visit)
  requireStanding(project)
  const kind = form.get('kind') === 'rehash' ? 'rehash' : 'retag'
  const isNew = await startRework(visit.db, actorOf(visit), project, kind)
  const text = isNew ? 'It begins in a moment, in the background.' : 'That is under way already.'
  return redirectWith(visit, `/project/${project.link_name}/settings/#rework`, text, !isNew)
}
