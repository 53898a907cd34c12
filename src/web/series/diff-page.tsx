import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import { findProjectById, type Project } from '../../domain/projects/queries.js'
import { type SeriesRow, seriesById } from '../../domain/series/queries.js'
import {
  compareTwoSeries,
  MAX_CREATION_FACTOR,
  MAX_HUNK_BYTES,
  readCreationFactor,
  requireOneProject,
  type SeriesComparison,
} from '../../domain/series/range-diff.js'
import { listVersions, type Version } from '../../domain/topics/versions.js'
import { forgetAnswer } from '../../server/remember-answers.js'
import { NotFound } from '../../util/errors.js'
import { parseId } from '../../util/text.js'
import { seriesDiffPath } from '../../util/urls.js'
import { numberParameter } from '../framework/parameters.js'
import { type AppContext, addPage, type RequestContext } from '../framework/request-context.js'
import { DateTime } from '../ui/date.js'
import { Fact, Facts } from '../ui/fact.js'
import { Layout } from '../ui/layout.js'
import { PairList, type ShownPair } from '../ui/range-diff.js'
import { seriesTitle } from '../ui/series-table.js'
import { VersionForm } from '../ui/version-form.js'
import { labelVersions } from '../ui/version-labels.js'
import { showPairs } from './shown-pairs.js'

/** What changed between two series, and the choice of others to compare. */
export function addSeriesDiffPages(appContext: AppContext): void {
  addPage(appContext, '/series/:id/diff/:other/', showDiff)
  addPage(appContext, '/series/:id/diff/', chooseDiff)
}

/** Leads to what changed between the versions that a form names; without one, to what changed in this version. */
async function chooseDiff({ db, request, reply, query }: RequestContext): Promise<FastifyReply> {
  const series = await readSeries(db, numberParameter(request, 'id'))
  const versions = await listVersions(db, series)
  const before = versions[versions.findIndex(({ id }) => id === series.id) - 1] ?? series
  const chosen = (name: string, otherwise: number) => {
    const id = query.has(name) ? parseId(query.get(name) ?? '') : otherwise
    if (id === undefined) throw new NotFound()
    return id
  }
  return reply.redirect(seriesDiffPath(chosen('from', before.id), chosen('to', series.id)))
}

async function readSeries(db: RequestContext['db'], id: number): Promise<SeriesRow> {
  const [series] = await seriesById(db, [id])
  if (!series) throw new NotFound()
  return series
}

/** The data of the page. */
interface Shown {
  readonly project: Project
  readonly left: SeriesRow
  readonly right: SeriesRow
  /** Those that can be compared, in order. */
  readonly versions: readonly Version[]
  readonly creationFactor: number | undefined
  readonly comparison: SeriesComparison
  readonly pairs: readonly ShownPair[]
}

async function readShown(context: RequestContext): Promise<Shown> {
  const { db, request, reply, rangeDiffs: runner, query } = context
  const left = await readSeries(db, numberParameter(request, 'id'))
  const right = await readSeries(db, numberParameter(request, 'other'))
  requireOneProject(left, right)
  const creationFactor = readCreationFactor(query)
  const project = await findProjectById(db, left.project_id)
  if (!project) throw new NotFound()
  const comparison = await compareTwoSeries(db, left.id, right.id, {
    creationFactor,
    runner,
    maxHunkBytes: MAX_HUNK_BYTES,
    enter: (bytes) => reply.server.largeAnswers.enter(reply.raw, bytes),
  })
  // A limit of time or load may be kept the next time.
  if (comparison.truncated) forgetAnswer(request)
  return {
    project,
    left,
    right,
    versions: await listChoices(db, left, right),
    comparison,
    creationFactor,
    pairs: showPairs(comparison, parseId(query.get('patch') ?? '')),
  }
}

/** The versions of the series, in the order that is known of them; of two works those of the left one first. */
async function listChoices(db: RequestContext['db'], left: SeriesRow, right: SeriesRow): Promise<Version[]> {
  const versions = await listVersions(db, right)
  if (versions.some(({ id }) => id === left.id)) return versions
  return [...(await listVersions(db, left)), ...versions]
}

async function showDiff(context: RequestContext): Promise<VNode> {
  const shown = await readShown(context)
  const { project, left, right, versions, pairs, comparison } = shown
  const labels = labelVersions(versions)
  const [from, to] = [labels.get(left.id) ?? '', labels.get(right.id) ?? '']
  const hidden = comparison.pairs.length - pairs.length
  return (
    <Layout
      context={context}
      title={`What changed from ${from} to ${to}: ${seriesTitle(right)}`}
      project={project}
      section="patches"
      styles={['patch.css', 'range-diff.css']}
    >
      <header class="heading">
        <h1>
          What changed from {from} to {to}
        </h1>
        <nav class="actions" aria-label="Comparison">
          <a class="button" href={`/api/series/${left.id}/diff/${right.id}/?format=text`}>
            as text
          </a>
        </nav>
      </header>
      <Facts>
        <SeriesFact name="From" series={left} label={from} received={countOf(comparison, 'leftPatch')} />
        <SeriesFact name="To" series={right} label={to} received={countOf(comparison, 'rightPatch')} />
      </Facts>
      <VersionForm versions={versions} labels={labels} from={left.id} to={right.id} />
      <h2>Patches</h2>
      <Notes shown={shown} />
      <PairList pairs={pairs} linkName={project.link_name} left={from} right={to} />
      {hidden > 0 && <p class="notice">{hidden} more patches are not shown.</p>}
    </Layout>
  )
}

interface SeriesFactProps {
  name: string
  series: SeriesRow
  label: string
  /** Number of patches received. */
  received: number
}

function SeriesFact({ name, series, label, received }: SeriesFactProps) {
  return (
    <Fact name={name}>
      {label}:{' '}
      <a href={`/series/${series.id}/`}>
        <bdi>{seriesTitle(series)}</bdi>
      </a>{' '}
      <span class="muted">
        <DateTime time={series.date} />, {received} of {series.total} patches received
      </span>
    </Fact>
  )
}

function countOf({ pairs }: SeriesComparison, side: 'leftPatch' | 'rightPatch'): number {
  return pairs.reduce((count, pair) => count + (pair[side] ? 1 : 0), 0)
}

/** How many patches changed, and what the comparison leaves out. */
function Notes({ shown }: { shown: Shown }) {
  const { comparison, left, right } = shown
  const { pairs, truncated, isCut } = comparison
  if (pairs.length === 0) return <p class="none">No patch of these series was received yet.</p>
  const isIncomplete =
    countOf(comparison, 'leftPatch') < left.total || countOf(comparison, 'rightPatch') < right.total
  return (
    <>
      <p>
        {summaryOf(comparison)} <LessAlike {...shown} />
      </p>
      {isIncomplete && (
        <p class="notice">A series is incomplete: the patches that were received are compared.</p>
      )}
      {truncated && (
        <p class="notice">
          The comparison exceeds a limit of size or time: patches are matched by their subjects, and their
          changes are not shown.
        </p>
      )}
      {isCut && <p class="notice">The changes are large: those of some patches are not shown.</p>}
    </>
  )
}

/** Where patches are left alone on both sides, some may have changed too much to be found. */
function LessAlike({ comparison: { pairs, truncated }, creationFactor, left, right }: Shown) {
  const has = (status: string) => pairs.some((pair) => pair.status === status)
  if (truncated || creationFactor === MAX_CREATION_FACTOR || !has('<') || !has('>')) return null
  return (
    <a href={`${seriesDiffPath(left.id, right.id)}?creation_factor=${MAX_CREATION_FACTOR}`}>
      Match patches that are less alike
    </a>
  )
}

/** `2 changed, 1 unchanged, 1 new, 1 dropped.` */
function summaryOf({ pairs, truncated }: SeriesComparison): string {
  const words = {
    '!': truncated ? 'with the same subject' : 'changed',
    '=': 'unchanged',
    '>': 'new',
    '<': 'dropped',
  }
  const counts = Object.entries(words).map(([status, word]) => ({
    word,
    count: pairs.filter((pair) => pair.status === status).length,
  }))
  const parts = counts.filter(({ count }) => count > 0).map(({ word, count }) => `${count} ${word}`)
  return `${parts.join(', ')}.`
}
