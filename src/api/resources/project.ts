import { type Static, Type } from 'typebox'
import { inOrder } from '../../db/pagination.js'
import type { Database } from '../../db/schema.js'
import { changeProject as change } from '../../domain/projects/commands.js'
import { listProjectIds, type ProjectFilter, type ProjectOrder } from '../../domain/projects/filter.js'
import { maintainersOf } from '../../domain/projects/maintainers.js'
import { findNamedProject, type Project, projectsWith } from '../../domain/projects/queries.js'
import {
  CLONE_ADDRESS_PATTERN,
  contextsIn,
  contextsText,
  FORMAT_PATTERN,
  MAX_CONTEXT,
  MAX_REQUIRED_CONTEXTS,
  MAX_URL,
  URL_PATTERN,
} from '../../domain/projects/rules.js'
import {
  EmbeddedUser,
  embedProject,
  embedUser,
  loadProjects,
  projectFields,
  projectOf,
} from '../framework/embedded.js'
import { addedIn, flag as flagField, text as textField } from '../framework/fields.js'
import { answerList, embeddedSizes } from '../framework/list-budget.js'
import { words } from '../framework/list-fields.js'
import type { Listing } from '../framework/listing.js'
import { operation, type Resource } from '../framework/operation.js'
import {
  type AuthenticatedContext,
  firstOrNotFound,
  type RequestContext,
  readBody,
} from '../framework/request-context.js'
import type { ResponseContext } from '../framework/response-context.js'
import { flag, text } from '../framework/schema.js'
import { since } from '../framework/versions.js'

const ProjectDetail = Type.Object(
  {
    ...projectFields,
    maintainers: Type.Array(EmbeddedUser, { description: 'Those who may change its patches.' }),
    subject_match: since(
      '1.1',
      text('What subjects of its mails match, where several projects share a list; may be blank.'),
    ),
    show_dependencies: since('1.4', flag('Whether it shows which series depends on which.')),
    required_contexts: since(
      '1.4',
      Type.Optional(
        Type.Array(Type.String(), {
          description: 'The contexts of which each of its patches needs a check; shown where there are any.',
        }),
      ),
    ),
  },
  { $id: 'Project', description: "A mailing list's patches." },
)

/** A URL or an empty text; src/domain/projects/rules.ts has the exact rules, which are checked on writing. */
const line = (description: string, pattern: string) =>
  textField(description, { max: MAX_URL, mayBeBlank: true, keywords: { pattern } })

const FIELDS = {
  web_url: line('Its home page.', URL_PATTERN),
  scm_url: line('Where its source is cloned from.', CLONE_ADDRESS_PATTERN),
  webscm_url: line('Where its source is browsed.', URL_PATTERN),
  list_archive_url: line("Its list's archive; shown since 1.2.", URL_PATTERN),
  list_archive_url_format: line(
    'Where the archive has a mail, with `{}` for its message id; shown since 1.2.',
    FORMAT_PATTERN,
  ),
  commit_url_format: line(
    'Where a commit is browsed, with `{}` for its hash; shown since 1.2.',
    FORMAT_PATTERN,
  ),
  show_dependencies: flagField('Whether it shows which series depends on which; shown since 1.4.'),
  required_contexts: addedIn(
    '1.4',
    words('The contexts of which each of its patches needs a check.', {
      pattern: '^[-a-zA-Z0-9_]+$',
      max: MAX_CONTEXT,
      most: MAX_REQUIRED_CONTEXTS,
    }),
  ),
}

const LISTING: Listing<ProjectFilter, ProjectOrder> = {
  list: listProjectIds,
  filters: {},
  order: { id: 'id', name: 'name', link_name: 'link_name', list_id: 'list_id' },
  defaultOrder: 'id',
  isSearched: true,
}

export const PROJECTS: Resource = {
  path: '/projects/',
  tag: 'Projects',
  get: operation({
    id: 'projects_list',
    summary: 'List projects',
    description: 'All projects.',
    listing: LISTING,
    answer: Type.Array(ProjectDetail),
    async handle(request, reply) {
      return await answerList(request, reply, {
        listing: LISTING,
        path: '/projects/',
        sizes: (ids) => embeddedSizes(request.db, 'project', ids),
        async describe(ids) {
          await loadProjects(
            request,
            ids.map((project_id) => ({ project_id })),
          )
          return await toProjects(
            request.db,
            request.response,
            inOrder(ids, [...request.response.projects.values()]),
          )
        },
      })
    },
  }),
}

export const PROJECT: Resource = {
  path: '/projects/:project/',
  tag: 'Projects',
  get: operation({
    id: 'projects_read',
    summary: 'Show a project',
    description: 'By its number or its link name.',
    answer: ProjectDetail,
    handle: showProject,
  }),
  put: operation({
    id: 'projects_update',
    summary: 'Replace what is said of a project',
    description: 'For its maintainers.',
    needsLogin: true,
    subject: projectIn,
    fields: FIELDS,
    answer: ProjectDetail,
    handle: (request) => changeProject(request, false),
  }),
  patch: operation({
    id: 'projects_partial_update',
    summary: 'Change what is said of a project',
    description: 'For its maintainers. Fields that are left out stay as they are.',
    needsLogin: true,
    subject: projectIn,
    fields: FIELDS,
    isPartial: true,
    answer: ProjectDetail,
    handle: (request) => changeProject(request, true),
  }),
}

/** The project that the address names, by number or link name. Throws NotFound. */
export async function projectIn({ db, response, text: inPath }: RequestContext): Promise<Project> {
  const found = await findNamedProject(db, inPath('project'))
  const project = firstOrNotFound(found ? [found] : [], 'Project')
  response.projects.set(project.id, project)
  return project
}

async function showProject(request: RequestContext): Promise<Static<typeof ProjectDetail>> {
  const [project] = await toProjects(request.db, request.response, [await projectIn(request)])
  return project as Static<typeof ProjectDetail>
}

async function changeProject(
  request: AuthenticatedContext,
  isPartial: boolean,
): Promise<Static<typeof ProjectDetail>> {
  const { db, response } = request
  const { id } = await projectIn(request)
  await change(db, request.actor, id, async (inner) => {
    const { required_contexts, ...fields } = await readBody({ ...request, db: inner }, FIELDS, isPartial)
    return required_contexts ? { ...fields, required_contexts: contextsText(required_contexts) } : fields
  })
  const projects = await projectsWith(db, [id])
  const changed = { ...response, projects }
  const [project] = await toProjects(db, changed, [projectOf(changed, id)])
  return project as Static<typeof ProjectDetail>
}

async function toProjects(
  db: Database,
  response: ResponseContext,
  projects: readonly Project[],
): Promise<Static<typeof ProjectDetail>[]> {
  const maintainers = await maintainersOf(
    db,
    projects.map(({ id }) => id),
  )
  const byProject = Map.groupBy(maintainers, ({ project_id }) => project_id)
  return projects.map((project) => ({
    ...embedProject(response, project.id),
    maintainers: (byProject.get(project.id) ?? []).map((row) => embedUser(response, row)),
    subject_match: project.subject_match,
    show_dependencies: project.show_dependencies === 1,
    ...(project.required_contexts === '' ? {} : { required_contexts: contextsIn(project.required_contexts) }),
  }))
}
