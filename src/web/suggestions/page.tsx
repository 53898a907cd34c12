import type { VNode } from 'preact'
import { canEditProject } from '../../auth/permissions.js'
import { countOpenSuggestions, listOpenSuggestions } from '../../domain/automation/queries.js'
import type { Project } from '../../domain/projects/queries.js'
import { listStates } from '../../domain/states/queries.js'
import { parsePage } from '../framework/list-query.js'
import { projectParameter } from '../framework/parameters.js'
import { type AppContext, addPage, type RequestContext } from '../framework/request-context.js'
import { policyViewer } from '../patches/submission.js'
import { Layout } from '../ui/layout.js'
import { Pagination } from '../ui/pagination.js'
import { Suggestions } from '../ui/suggestions.js'

/** Suggestions on one page. */
const PER_PAGE = 25

/** Up to this number the open suggestions of a project are counted for the link to them. */
const MAX_COUNTED = 100

/** The page with everything that the rules of a project suggest. */
export function addSuggestionPage(appContext: AppContext): void {
  addPage(appContext, '/project/:project/suggestions/', async (context) => {
    const { db } = context
    const project = await projectParameter(db, context.request)
    const page = parsePage(context.query)
    const { suggestions, total } = await listOpenSuggestions(db, project.id, {
      limit: PER_PAGE,
      offset: (page - 1) * PER_PAGE,
    })
    return (
      <Layout
        context={context}
        title="Suggestions"
        project={project}
        section="patches"
        styles={['series.css']}
      >
        <h1>Suggestions</h1>
        <p>
          Changes that the{' '}
          <a href="/about/maintainers/#what-a-project-does-by-itself">rules of this project</a> would make,
          the newest first.
        </p>
        {suggestions.length === 0 && (
          <p class="none">{total === 0 ? 'There are none.' : 'This page has none.'}</p>
        )}
        <Suggestions
          context={context}
          suggestions={suggestions}
          states={await listStates(db)}
          isEditable={await isMaintainedByViewer(context, project)}
          namesPatches
        />
        <Pagination page={page} pages={Math.ceil(total / PER_PAGE)} hrefOf={(each) => `?page=${each}`} />
      </Layout>
    )
  })
}

/** The link that leads the maintainers of a project from its lists to open suggestions, if there are any. */
export async function readSuggestionsLink(
  context: RequestContext,
  project: Project,
): Promise<VNode | undefined> {
  if (!(await isMaintainedByViewer(context, project))) return undefined
  const count = await countOpenSuggestions(context.db, project.id, MAX_COUNTED)
  if (count === 0) return undefined
  const words = count === 1 ? '1 suggestion' : `${count}${count === MAX_COUNTED ? '+' : ''} suggestions`
  return <a href={`/project/${project.link_name}/suggestions/`}>{words}</a>
}

async function isMaintainedByViewer(context: RequestContext, project: Project): Promise<boolean> {
  return canEditProject(await policyViewer(context), project)
}
