import type { CheckCounts } from '../../domain/checks/queries.js'
import { countOfReceived, type SeriesLine } from '../../domain/series/list.js'
import type { State } from '../../domain/states/queries.js'
import { seriesDiffPath } from '../../util/urls.js'
import { html, type Markup } from '../framework/html.js'
import { checkSummary } from './checks.js'
import { formatTime } from './date.js'
import { labelVersions } from './version-labels.js'

interface VersionTableProps {
  /** The versions of one work, in order. */
  rows: readonly SeriesLine[]
  states: readonly State[]
  /** What links to a submitter begin with, before their query. */
  listPath: string
  /** The series whose page it is on. */
  current: number
}

/** The versions of a work, one in a line, each with a link to what changed since the one before. */
export function VersionTable(props: VersionTableProps) {
  return (
    <table class="list series">
      <thead>
        <tr>
          <th>Series</th>
          <th>Version</th>
          <th>Patches</th>
          <th>States</th>
          <th title="Checks: success / warning / fail">S/W/F</th>
          <th>Date</th>
          <th>Submitter</th>
          <th>What changed</th>
        </tr>
      </thead>
      <tbody dangerouslySetInnerHTML={{ __html: versionRows(props).toString() }} />
    </table>
  )
}

/** The rows of the table, as markup: there may be hundreds. */
function versionRows({ rows, states, listPath, current }: VersionTableProps): Markup {
  const byId = new Map(states.map((state) => [state.id, state]))
  const labels = labelVersions(rows)
  return html`${rows.map((series, index) =>
    versionRow(series, byId, listPath, {
      isCurrent: series.id === current,
      changes: changesSince(rows[index - 1], series, labels),
    }),
  )}`
}

function changesSince(
  before: SeriesLine | undefined,
  series: SeriesLine,
  labels: ReadonlyMap<number, string>,
): Markup {
  if (!before) return html`<td></td>`
  return html`<td><a href="${seriesDiffPath(before.id, series.id)}">since ${labels.get(before.id)}</a></td>`
}

interface RowOptions {
  isCurrent: boolean
  /** The cell of what changed. */
  changes: Markup
}

function versionRow(
  series: SeriesLine,
  states: ReadonlyMap<number, State>,
  listPath: string,
  { isCurrent, changes }: RowOptions,
): Markup {
  const { id, version, total, date, submitter_id, submitter_name, submitter_email } = series
  const received = countOfReceived(series)
  return html`<tr><td><a href="/series/${id}/" dir="auto"${isCurrent && CURRENT}>${seriesTitle(series)}</a></td><td>v${version}</td><td title="${received} of ${total} patches received">${received}/${total}</td><td>${stateCounts(series, states)}</td><td>${checkSummary(checksOf(series))}</td><td><time datetime="${date.slice(0, 19)}Z" title="${formatTime(date)}">${date.slice(0, 10)}</time></td><td><a href="${listPath}?submitter=${submitter_id}" dir="auto">${submitter_name || submitter_email}</a></td>${changes}</tr>`
}

const CURRENT = html` aria-current="page"`

/** The title of a series; a series without its first mails has no name. */
export function seriesTitle({ id, name }: { id: number; name: string | null }): string {
  return name ?? `Untitled series #${id}`
}

/** The states of the patches of a series, with their counts where there are several. */
export function stateCounts({ states: counts }: SeriesLine, states: ReadonlyMap<number, State>): Markup {
  return html`${counts.map(({ state_id, count }) => {
    const state = states.get(state_id)
    return html`<span class="state" data-state="${state?.slug}">${counts.length > 1 && `${count} `}${state?.name}</span>`
  })}`
}

/** The sum of the checks of all patches of a series. */
export function checksOf({ states }: SeriesLine): CheckCounts {
  const sum = { checks_pending: 0, checks_success: 0, checks_warning: 0, checks_fail: 0 }
  for (const { checks_pending, checks_success, checks_warning, checks_fail } of states) {
    sum.checks_pending += checks_pending
    sum.checks_success += checks_success
    sum.checks_warning += checks_warning
    sum.checks_fail += checks_fail
  }
  return sum
}
