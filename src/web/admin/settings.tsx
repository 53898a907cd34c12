import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import { canIdentifyProject, canSetUpProject } from '../../auth/permissions.js'
import { listChanges } from '../../domain/audit/queries.js'
import { checkersOf } from '../../domain/projects/checkers.js'
import { changeProject } from '../../domain/projects/commands.js'
import { maintainersOf, projectsMaintainedBy } from '../../domain/projects/maintainers.js'
import { listDelegationRules, type Project } from '../../domain/projects/queries.js'
import { startRecompute } from '../../domain/recompute/commands.js'
import { listNewestTasks } from '../../domain/recompute/tasks.js'
import { listStates } from '../../domain/states/queries.js'
import { listTrees } from '../../domain/trees/queries.js'
import { usersById } from '../../domain/users/queries.js'
import { webhooksOf } from '../../domain/webhooks/queries.js'
import { Forbidden } from '../../util/errors.js'
import { actorOf, addUserForm, addUserPage, type UserContext } from '../framework/auth-guard.js'
import { changedValues, readFields, type Sent, unchanged } from '../framework/fields.js'
import { projectParameter } from '../framework/parameters.js'
import { type AppContext, redirectWith } from '../framework/request-context.js'
import { Fields } from '../ui/fields.js'
import { Form } from '../ui/form.js'
import { Layout } from '../ui/layout.js'
import { AuditTable } from './audit-table.js'
import { CheckerCard } from './checker-card.js'
import { MaintainerCard, RemovalCard, RuleCard } from './project-cards.js'
import { DETAILS, IDENTITY } from './project-fields.js'
import { problemOf, requireNotRemoved } from './projects.js'
import { RecomputeCard } from './recompute-card.js'
import { TreeCard } from './tree-card.js'
import { WebhookCard } from './webhook-card.js'

/** So many of the newest changes are shown. */
const MAX_CHANGES = 20

/** The settings of one project, for its maintainers. */
export function addSettingsPages(appContext: AppContext): void {
  addUserPage(appContext, '/project/:project/settings/', async (context) => {
    const project = await settingsProject(context)
    return await settingsPage(context, project)
  })
  addUserForm(appContext, '/project/:project/settings/', change)
  addUserForm(appContext, '/project/:project/settings/rework/', rework)
}

/** The project that the path names, if the viewer may set it up. Throws NotFound and Forbidden. */
export async function settingsProject({ db, request, viewer }: UserContext): Promise<Project> {
  const project = await projectParameter(db, request)
  const maintains = await projectsMaintainedBy(db, viewer.id)
  if (!canSetUpProject({ ...viewer, maintains }, project)) throw new Forbidden()
  return project
}

/** The project fields that the viewer may change. */
function fieldsFor({ viewer }: UserContext) {
  return canIdentifyProject(viewer) ? [...IDENTITY, ...DETAILS] : DETAILS
}

/** A submitted form about maintainers, checkers or rules of a project, with its problems. */
export interface SentRights {
  readonly maintainer?: Sent
  readonly rule?: Sent
  readonly checker?: Sent
  readonly tree?: Sent
}

/** The settings page of a project; after a refusal, with the submitted values. */
export async function settingsPage(
  context: UserContext,
  project: Project,
  problem?: Sent,
  rights: SentRights = {},
): Promise<VNode> {
  const { db } = context
  const fields = fieldsFor(context)
  const sent = problem ?? unchanged(fields, project)
  const changes = await listChanges(db, { projectId: project.id, limit: MAX_CHANGES })
  const path = pathOf(project)
  return (
    <Layout context={context} title="Settings" project={project} section="about" styles={['admin.css']}>
      <h1>Settings</h1>
      {project.removed !== null && (
        <p class="problem">This project is being removed; it accepts no more mail.</p>
      )}
      <div class="sides">
        <section class="card">
          <h2>The project</h2>
          <Form context={context} action={path}>
            <Fields fields={fields} sent={sent} />
            <div class="actions">
              <button class="main">Save</button>
            </div>
          </Form>
        </section>
        {await rightsOf(context, project, rights)}
      </div>
      {changes.length > 0 && (
        <>
          <h2>Recent changes</h2>
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
async function rightsOf(context: UserContext, project: Project, sent: SentRights): Promise<VNode> {
  const { db, viewer } = context
  const rules = await listDelegationRules(db, project.id)
  const users = await usersById(db, [...new Set(rules.map(({ user_id }) => user_id))])
  const maintainers = await maintainersOf(db, [project.id])
  const tasks = await listNewestTasks(db, project.id)
  const path = pathOf(project)
  return (
    <div>
      <MaintainerCard context={context} path={path} maintainers={maintainers} sent={sent.maintainer} />
      <CheckerCard
        context={context}
        path={path}
        checkers={await checkersOf(db, [project.id])}
        sent={sent.checker}
      />
      <WebhookCard path={path} webhooks={await webhooksOf(db, project.id)} />
      <RuleCard context={context} path={path} rules={rules} users={users} sent={sent.rule} />
      <TreeCard
        context={context}
        path={path}
        trees={await listTrees(db, project.id)}
        states={await listStates(db)}
        sent={sent.tree}
      />
      <RecomputeCard context={context} path={path} tasks={tasks} />
      {canIdentifyProject(viewer) && project.removed === null && (
        <RemovalCard context={context} project={project} />
      )}
    </div>
  )
}

async function change(context: UserContext, form: URLSearchParams): Promise<VNode | FastifyReply> {
  const project = await settingsProject(context)
  requireNotRemoved(project)
  const fields = fieldsFor(context)
  const sent = readFields(fields, form, project)
  const { id, link_name } = project
  const changed = changedValues(sent)
  const work = () => changeProject(context.db, actorOf(context), id, changed, sent.shown)
  const problem = await problemOf(context, sent, work)
  if (problem) return await settingsPage(context, project, problem)
  return redirectWith(
    context,
    `/project/${changed.link_name ?? link_name}/settings/`,
    'The settings are saved.',
  )
}

async function rework(context: UserContext, form: URLSearchParams): Promise<FastifyReply> {
  const project = await settingsProject(context)
  requireNotRemoved(project)
  const kind = form.get('kind') === 'rehash' ? 'rehash' : 'retag'
  const isNew = await startRecompute(context.db, actorOf(context), project, kind)
  const text = isNew ? 'Started in the background.' : 'This is already running.'
  return redirectWith(context, `/project/${project.link_name}/settings/#rework`, text, !isNew)
}
