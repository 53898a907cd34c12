import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import { capabilities } from '../../db/dialect/dialect.js'
import { RULES_OF_NEW } from '../../domain/automation/rules.js'
import { addProject, removeProject } from '../../domain/projects/commands.js'
import { findProjectById, type Project } from '../../domain/projects/queries.js'
import type { NewProject } from '../../domain/projects/updates.js'
import { Conflict, EditConflict, Invalid, NotFound } from '../../util/errors.js'
import { actorOf, type UserContext } from '../framework/auth-guard.js'
import { inConflict, problemsIn, readFields, type Sent } from '../framework/fields.js'
import { numberParameter } from '../framework/parameters.js'
import { type AppContext, redirectWith } from '../framework/request-context.js'
import { Layout } from '../ui/layout.js'
import { AddPage } from './add-page.js'
import { addAdminForm, addAdminPage } from './admin.js'
import { DETAILS, IDENTITY } from './project-fields.js'

const FIELDS = [...IDENTITY, ...DETAILS]

/** Initial values of a new project. */
const NEW: Sent = {
  values: { use_tags: 1, ...RULES_OF_NEW, archive_days: 90 },
  problems: {},
}

/** All projects: to add one, to go to the settings of one, to have one removed. */
export function addProjectsAdminPages(appContext: AppContext): void {
  addAdminPage(appContext, '/admin/projects/', async (context) => listPage(context))
  addAdminPage(appContext, '/admin/projects/add/', async (context) => addPage(context, NEW))
  addAdminForm(appContext, '/admin/projects/add/', add)
  addAdminForm(appContext, '/admin/projects/:id/remove/', remove)
}

function listPage(context: UserContext): VNode {
  return (
    <Layout context={context} title="Projects" styles={['admin.css']}>
      <div class="heading">
        <h1>Projects</h1>
        <a class="button" href="/admin/projects/add/">
          Add a project
        </a>
      </div>
      {context.projects.length === 0 ? (
        <p>No projects yet.</p>
      ) : (
        <table class="list lines">
          <thead>
            <tr>
              <th>Project</th>
              <th>Link name</th>
              <th>List id</th>
              <th>Subject match</th>
            </tr>
          </thead>
          <tbody>
            {context.projects.map((project) => (
              <ProjectLine project={project} />
            ))}
          </tbody>
        </table>
      )}
    </Layout>
  )
}

function ProjectLine({ project }: { project: Project }) {
  const { link_name, name, list_id, subject_match, removed } = project
  return (
    <tr>
      <td>
        <a href={`/project/${link_name}/settings/`}>
          <bdi>{name}</bdi>
        </a>
        {removed !== null && <b class="problem"> is being removed</b>}
      </td>
      <td>{link_name}</td>
      <td>
        <bdi>{list_id}</bdi>
      </td>
      <td>{subject_match && <code>{subject_match}</code>}</td>
    </tr>
  )
}

function addPage(context: UserContext, sent: Sent): VNode {
  return (
    <AddPage
      context={context}
      title="Add a project"
      action="/admin/projects/add/"
      fields={FIELDS}
      sent={sent}
    />
  )
}

async function add(context: UserContext, form: URLSearchParams): Promise<VNode | FastifyReply> {
  const sent = readFields(FIELDS, form)
  const problem = await problemOf(context, sent, async () => {
    await addProject(context.db, actorOf(context), sent.values as unknown as NewProject)
  })
  if (problem) return addPage(context, problem)
  const path = `/project/${sent.values.link_name}/settings/`
  return redirectWith(context, path, 'The project is added and accepts mail from now on.')
}

/**
 * Runs the action of a form; returns the form with its problems, and sets the status, if it is refused.
 */
export async function problemOf(
  { db, reply }: UserContext,
  sent: Sent,
  work: () => Promise<void>,
): Promise<Sent | undefined> {
  const refuse = (problem: Sent, status = 400) => {
    void reply.code(status)
    return problem
  }
  if (Object.keys(sent.problems).length > 0) return refuse(sent)
  try {
    await work()
    return undefined
  } catch (error) {
    if (error instanceof EditConflict) return refuse(inConflict(FIELDS, sent, error), error.status)
    if (error instanceof Invalid && error.fields)
      return refuse({ ...sent, problems: problemsIn(error, 'name') })
    // The command found the link name taken.
    if (error instanceof Conflict) return refuse({ ...sent, problems: problemsIn(error, 'link_name') })
    if (!capabilities(db).isUniqueViolation(error)) throw error
    const text = 'Another project has that name, that link name, or that list with that subject match.'
    return refuse({ ...sent, problems: { name: text } })
  }
}

/** Removes a project; the user types its link name, which prevents mistakes. */
async function remove(context: UserContext, form: URLSearchParams): Promise<FastifyReply> {
  const { db, request } = context
  const project = await findProjectById(db, numberParameter(request, 'id'))
  if (!project) throw new NotFound()
  requireNotRemoved(project)
  if ((form.get('confirm') ?? '').trim() !== project.link_name) {
    const path = `/project/${project.link_name}/settings/`
    return redirectWith(context, path, 'That is not its link name; nothing was removed.', true)
  }
  await removeProject(db, actorOf(context), project.id)
  const text = 'The project accepts no more mail; its contents are removed in the background.'
  return redirectWith(context, '/admin/projects/', text)
}

/** Throws Conflict for a project that is being removed: it no longer changes. */
export function requireNotRemoved({ removed }: Project): void {
  if (removed !== null) throw new Conflict('This project is being removed.')
}
