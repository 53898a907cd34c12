import { canSeeAccounts, canSetUpProject } from '../../auth/permissions.js'
import { type MaintainerRow, maintainersOf, projectsMaintainedBy } from '../../domain/projects/maintainers.js'
import type { Project } from '../../domain/projects/queries.js'
import type { StateCount } from '../../domain/projects/statistics.js'
import { listStates, type State } from '../../domain/states/queries.js'
import { projectParameter } from '../framework/parameters.js'
import { type AppContext, addPage, type RequestContext } from '../framework/request-context.js'
import { External } from '../ui/external.js'
import { Fact, Facts } from '../ui/fact.js'
import { Layout } from '../ui/layout.js'
import { StateLabel } from '../ui/state.js'
import { readFigures } from './figures.js'
import { WeekChart } from './week-chart.js'

/** The page of a project: description, maintainers, statistics, and how to work with it. */
export function addProjectPages(appContext: AppContext): void {
  addPage(appContext, '/project/:project/', async (context) => {
    const { db } = context
    const project = await projectParameter(db, context.request)
    const { states, weeks } = await readFigures(context, project.id)
    return (
      <Layout
        context={context}
        title="About this project"
        project={project}
        section="about"
        styles={['project.css']}
      >
        <div class="heading">
          <h1>
            <bdi>{project.name}</bdi>
          </h1>
          {(await isSetUpBy(context, project)) && (
            <a class="button" href={`/project/${project.link_name}/settings/`}>
              Settings
            </a>
          )}
        </div>
        <div class="columns">
          <About context={context} project={project} maintainers={await maintainersOf(db, [project.id])} />
          <States project={project} states={await listStates(db)} counts={states} />
        </div>
        <WeekChart weeks={weeks} />
        <Clients base={context.base} project={project} />
      </Layout>
    )
  })
  addPage(appContext, '/project/:project/pwclientrc/', async ({ db, request, reply, base }) => {
    const project = await projectParameter(db, request)
    return reply
      .type('text/plain; charset=utf-8')
      .header('content-disposition', 'attachment; filename=.pwclientrc')
      .send(pwclientrc(base, project))
  })
}

async function isSetUpBy({ db, viewer }: RequestContext, project: Project): Promise<boolean> {
  if (!viewer) return false
  const maintains = await projectsMaintainedBy(db, viewer.id)
  return canSetUpProject({ ...viewer, maintains }, project)
}

interface AboutProps {
  context: RequestContext
  project: Project
  maintainers: readonly MaintainerRow[]
}

function About({ context, project, maintainers }: AboutProps) {
  return (
    <section>
      <h2>About</h2>
      <Facts>
        <Fact name="List address">
          <External href={`mailto:${project.list_email}`} text={project.list_email} />
        </Fact>
        {addressesOf(project).map(([name, href]) => (
          <Fact name={name}>
            <External href={href} />
          </Fact>
        ))}
        <Fact name="Maintainers">
          {maintainers.length === 0 && <span class="muted">none yet</span>}
          <ul>
            {maintainers.map((user) => (
              <Maintainer user={user} isKnown={canSeeAccounts(context.viewer)} />
            ))}
          </ul>
        </Fact>
        <Fact name="Help">
          <a href="/about/contributors/">for contributors</a>,{' '}
          <a href="/about/maintainers/">for maintainers</a>
        </Fact>
        <Fact name="News">
          <a href={`/project/${project.link_name}/feed/patches/`}>patches</a>,{' '}
          <a href={`/project/${project.link_name}/feed/series/`}>series</a> <span class="muted">(Atom)</span>
        </Fact>
      </Facts>
    </section>
  )
}

function addressesOf(project: Project): [name: string, href: string][] {
  const all: [string, string][] = [
    ['List archive', project.list_archive_url],
    ['Website', project.web_url],
    ['Source code', project.scm_url],
    ['Browse source', project.webscm_url],
  ]
  return all.filter(([, href]) => href !== '')
}

/** The address is shown to logged-in users only. */
function Maintainer({ user, isKnown }: { user: MaintainerRow; isKnown: boolean }) {
  const name = `${user.first_name} ${user.last_name}`.trim() || user.username
  return (
    <li>
      <bdi>{name}</bdi>
      {isKnown && user.email && (
        <>
          {' '}
          <External href={`mailto:${user.email}`} text={user.email} />
        </>
      )}
    </li>
  )
}

interface StatesProps {
  project: Project
  states: readonly State[]
  counts: readonly StateCount[]
}

/** How many patches are in each state; each number leads to them. */
function States({ project, states, counts }: StatesProps) {
  const countOf = (state: number, archived: number) =>
    counts.find((each) => each.state_id === state && each.archived === archived)?.count ?? 0
  return (
    <section>
      <h2>Patches</h2>
      <table class="list states">
        <thead>
          <tr>
            <th>State</th>
            <th class="number">Patches</th>
            <th class="number">Archived</th>
          </tr>
        </thead>
        <tbody>
          {states.map((state) => (
            <tr>
              <td>
                <StateLabel state={state} />
              </td>
              <Count project={project} state={state} count={countOf(state.id, 0)} archive="" />
              <Count project={project} state={state} count={countOf(state.id, 1)} archive="true" />
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Count(props: { project: Project; state: State; count: number; archive: string }) {
  const { project, state, count, archive } = props
  const query = new URLSearchParams({ state: String(state.id), ...(archive ? { archive } : {}) })
  return (
    <td class="number">
      {count > 0 ? (
        <a href={`/project/${project.link_name}/list/?${query}`}>{count.toLocaleString('en')}</a>
      ) : (
        <span class="muted">-</span>
      )}
    </td>
  )
}

function Clients({ base, project }: { base: string; project: Project }) {
  return (
    <section>
      <h2>On the command line</h2>
      <div class="columns">
        <div>
          <h3>git-pw</h3>
          <p>Once, in a clone of the project:</p>
          <pre tabIndex={0}>{gitPw(base, project)}</pre>
          <p>
            Then <code>git pw series list</code> shows series, and <code>git pw series apply 123</code>{' '}
            applies one.
          </p>
        </div>
        <div>
          <h3>pwclient</h3>
          <p>
            Into <code>~/.pwclientrc</code> (<a href="pwclientrc/">as a file</a>):
          </p>
          <pre tabIndex={0}>{pwclientrc(base, project)}</pre>
          <p>
            Then <code>pwclient list -s New</code> shows patches, and <code>pwclient git-am 123</code> applies
            one.
          </p>
        </div>
      </div>
      <p class="muted">
        Reading needs no token. To change something, make one in <a href="/user/">your profile</a>. More of
        these programs is in the <a href="/about/maintainers/#clients">guide</a>.
      </p>
    </section>
  )
}

function gitPw(base: string, { link_name }: Project): string {
  return `git config pw.server ${base}/api/1.2
git config pw.project ${link_name}
git config pw.token TOKEN
`
}

function pwclientrc(base: string, { link_name }: Project): string {
  return `[options]
default = ${link_name}

[${link_name}]
backend = rest
url = ${base}/api/
# token = TOKEN
`
}
