import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import { findProjectById } from '../../domain/projects/queries.js'
import type { SeriesLine } from '../../domain/series/list.js'
import { seriesById } from '../../domain/series/queries.js'
import type { Tag } from '../../domain/tags/queries.js'
import { NotFound } from '../../util/errors.js'
import { archiveUrl, coverPath } from '../../util/urls.js'
import { askToLogIn, isLoggedIn } from '../framework/auth-guard.js'
import { localPath } from '../framework/local-path.js'
import { numberParameter } from '../framework/parameters.js'
import {
  type AppContext,
  addForm,
  addPage,
  type RequestContext,
  redirectWith,
} from '../framework/request-context.js'
import { changeChosen, changeWholeSeries, showFormAgainOnError } from '../patches/bulk.js'
import { BulkForm } from '../patches/bulk-form.js'
import { tagColumns } from '../patches/list.js'
import { OlderVersion } from '../patches/older-version.js'
import { DateTime } from '../ui/date.js'
import { DependencyFacts, SeriesFact } from '../ui/dependencies.js'
import { Fact, Facts } from '../ui/fact.js'
import { History } from '../ui/history.js'
import { Layout } from '../ui/layout.js'
import { Pagination } from '../ui/pagination.js'
import { PatchTable } from '../ui/patch-table.js'
import { PersonLink } from '../ui/person.js'
import { seriesTitle, VersionTable } from '../ui/series-table.js'
import { Suggestions } from '../ui/suggestions.js'
import { VersionForm } from '../ui/version-form.js'
import { labelVersions } from '../ui/version-labels.js'
import { ApplyFact } from './apply-facts.js'
import { CoverText } from './cover-text.js'
import { addPreviousForm, PreviousForm } from './previous.js'
import { readShownSeries, type ShownSeries } from './shown-series.js'

/** One posting in all its versions, with the patches of one of them. */
export function addSeriesPage(appContext: AppContext): void {
  addPage(appContext, '/series/:id/', showPage)
  addPreviousForm(appContext, showPage)
  addForm(appContext, '/series/:id/', async (context, form) => {
    const [series] = await seriesById(context.db, [numberParameter(context.request, 'id')])
    const project = series && (await findProjectById(context.db, series.project_id))
    if (!project) throw new NotFound()
    if (form.get('action') === 'series') return await changeWhole(context, series.id, form)
    return await changeChosen(context, project, form, showPage)
  })
}

/** Changes all patches of the series, or none. */
async function changeWhole(
  context: RequestContext,
  id: number,
  form: URLSearchParams,
): Promise<VNode | FastifyReply> {
  if (!isLoggedIn(context)) return askToLogIn(context, form)
  const work = async () => {
    const outcome = await changeWholeSeries(context, id, form)
    return redirectWith(context, localPath(form.get('next')), ...outcome)
  }
  return await showFormAgainOnError(context, form, work, showPage)
}

function Heading({ shown: { series, project } }: { shown: ShownSeries }) {
  return (
    <header class="heading">
      <h1>
        <bdi>{seriesTitle(series)}</bdi>
      </h1>
      <nav class="actions" aria-label="Series">
        <a class="button" href={`/series/${series.id}/mbox/`} download>
          mbox
        </a>
        <a
          class="button"
          href={`/project/${project.link_name}/list/?series=${series.id}&state=*&archive=both`}
        >
          in the list
        </a>
      </nav>
    </header>
  )
}

function About({ context, shown }: { context: RequestContext; shown: ShownSeries }) {
  const { series, project, patches, received, missingChecks, dependsOn, neededBy, related } = shown
  const archive = series.cover_msgid ?? patches[0]?.msgid
  const archived = archive && archiveUrl(project.list_archive_url_format, archive)
  return (
    <Facts>
      <Fact name="Submitter">
        <PersonLink linkName={project.link_name} person={series} />
      </Fact>
      <Fact name="Date">
        <DateTime time={series.date} />
      </Fact>
      <Fact name="Version">{`v${series.version}`}</Fact>
      <Fact name="Patches">
        {received} of {series.total} received
        {shown.missing !== undefined && `, missing: ${shown.missing}`}
      </Fact>
      {missingChecks.length > 0 && (
        <Fact name="Missing checks">
          <b data-check="missing">{missingChecks.join(', ')}</b>
        </Fact>
      )}
      {series.cover_msgid && (
        <Fact name="Cover letter">
          <a href={coverPath(project.link_name, series.cover_msgid)} dir="auto">
            {series.cover_name}
          </a>
        </Fact>
      )}
      {archived && /^https?:/.test(archived) && (
        <Fact name="Thread">
          <a href={archived}>mailing list archive</a>
        </Fact>
      )}
      {received > 0 && <ApplyFact url={`${context.base}/series/${series.id}/mbox/`} msgid={archive} />}
      <DependencyFacts series={series.id} dependsOn={dependsOn} neededBy={neededBy} />
      <SeriesFact name="Related" rows={related} />
    </Facts>
  )
}

interface PatchesProps {
  context: RequestContext
  shown: ShownSeries
  /** Those that have a column. */
  tags: readonly Tag[]
}

function Patches({
  context,
  shown: { project, patches, rows, received, states, choices },
  tags,
}: PatchesProps) {
  const pages = <Pagination page={rows.page} pages={rows.pages} hrefOf={(page) => `?page=${page}`} />
  const table = (
    <PatchTable
      project={project}
      rows={patches}
      states={states}
      tags={tags}
      listPath={`/project/${project.link_name}/list/`}
      chosen={context.sent?.getAll('patch')}
      isSelectable={choices !== undefined}
      showsIds={context.viewer?.show_ids === 1}
    />
  )
  if (patches.length === 0) return <p class="none">No patch of this series was received yet.</p>
  if (!choices)
    return (
      <>
        {table}
        {pages}
      </>
    )
  return (
    <BulkForm
      context={context}
      choices={choices}
      rows={patches}
      pagination={pages}
      isWholeSeries={received > 1}
      keepsOrder
    >
      {table}
    </BulkForm>
  )
}

/** The versions that are compared first: the oldest, or the newest for the oldest itself, with the shown one. */
function ends(versions: readonly SeriesLine[], shown: number): { from: number; to: number } {
  const first = versions[0]?.id ?? shown
  const last = versions.at(-1)?.id ?? shown
  return first === shown ? { from: shown, to: last } : { from: first, to: shown }
}

/** What a viewer has to know first: a newer version, and what rules suggest. */
function Notices({ context, shown }: { context: RequestContext; shown: ShownSeries }) {
  const { series, versions, suggestions, states, mayLink } = shown
  const newest = versions.at(-1)
  return (
    <>
      <OlderVersion current={series} newer={newest && { series: newest }} />
      <Suggestions context={context} suggestions={suggestions} states={states} isEditable={mayLink} />
    </>
  )
}

async function showPage(context: RequestContext): Promise<VNode> {
  const shown = await readShownSeries(context, numberParameter(context.request, 'id'))
  const { series, project, versions, states } = shown
  const listPath = `/project/${project.link_name}/list/`
  return (
    <Layout
      context={context}
      title={seriesTitle(series)}
      project={project}
      section="patches"
      styles={['patch.css', 'patch-list.css', 'series.css']}
      scripts={['patch-list.js', 'patch.js']}
    >
      <Heading shown={shown} />
      <Notices context={context} shown={shown} />
      <About context={context} shown={shown} />
      {(versions.length > 1 || shown.mayLink) && (
        <section>
          <h2>Versions</h2>
          {versions.length > 1 && (
            <VersionTable rows={versions} states={states} listPath={listPath} current={series.id} />
          )}
          <VersionForm versions={versions} labels={labelVersions(versions)} {...ends(versions, series.id)} />
          {shown.mayLink && (
            <PreviousForm context={context} series={series.id} hasPrevious={shown.hasPrevious} />
          )}
        </section>
      )}
      <h2>Patches</h2>
      <Patches context={context} shown={shown} tags={await tagColumns(context.db, project)} />
      {shown.cover && <CoverText context={context} project={project} cover={shown.cover} />}
      <History context={context} rows={shown.history} states={states} maintains={shown.maintains} />
    </Layout>
  )
}
