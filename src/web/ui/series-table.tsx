import type { VNode } from 'preact'
import type { CheckCounts } from '../../domain/checks/queries.js'
import type { SeriesLine } from '../../domain/series/list.js'
import type { State } from '../../domain/states/queries.js'
import { CheckSummary } from './checks.js'
import { DateTime } from './date.js'

interface SeriesTableProps {
  rows: readonly SeriesLine[]
  states: readonly State[]
  /** What links to a submitter begin with, before their query. */
  listPath: string
  /** The series whose page it is on. */
  current?: number
  /** The titles of the columns that sort; without them they are plain. */
  titles?: Readonly<Record<'name' | 'date', VNode>>
}

/** Series, one in a line. */
export function SeriesTable({ rows, states, listPath, current, titles }: SeriesTableProps) {
  return (
    <table class="list series">
      <thead>
        <tr>
          {titles?.name ?? <th>Series</th>}
          <th>Version</th>
          <th>Patches</th>
          <th>States</th>
          <th title="Checks: success / warning / fail">S/W/F</th>
          {titles?.date ?? <th>Date</th>}
          <th>Submitter</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((series) => (
          <Row series={series} states={states} listPath={listPath} isCurrent={series.id === current} />
        ))}
      </tbody>
    </table>
  )
}

interface RowProps {
  series: SeriesLine
  states: readonly State[]
  listPath: string
  isCurrent: boolean
}

function Row({ series, states, listPath, isCurrent }: RowProps) {
  return (
    <tr>
      <td>
        <a href={`/series/${series.id}/`} dir="auto" aria-current={isCurrent ? 'page' : undefined}>
          {seriesTitle(series)}
        </a>
      </td>
      <td>{`v${series.version}`}</td>
      <td title={`${countOf(series)} of ${series.total} patches received`}>
        {countOf(series)}/{series.total}
      </td>
      <td>
        <StateCounts series={series} states={states} />
      </td>
      <td>
        <CheckSummary counts={checksOf(series)} />
      </td>
      <td>
        <DateTime time={series.date} isShort />
      </td>
      <td>
        <a href={`${listPath}?submitter=${series.submitter_id}`} dir="auto">
          {series.submitter_name || series.submitter_email}
        </a>
      </td>
    </tr>
  )
}

/** The title of a series; a series without its first mails has no name. */
export function seriesTitle({ id, name }: { id: number; name: string | null }): string {
  return name ?? `Untitled series #${id}`
}

/** Number of patches received. */
export function countOf({ states }: SeriesLine): number {
  return states.reduce((sum, { count }) => sum + count, 0)
}

function StateCounts({ series, states }: { series: SeriesLine; states: readonly State[] }) {
  return (
    <>
      {series.states.map(({ state_id, count }) => {
        const state = states.find(({ id }) => id === state_id)
        return (
          <span class="state" data-state={state?.slug}>
            {series.states.length > 1 && `${count} `}
            {state?.name}
          </span>
        )
      })}
    </>
  )
}

function checksOf({ states }: SeriesLine): CheckCounts {
  const sum = (key: keyof CheckCounts) => states.reduce((total, state) => total + state[key], 0)
  return {
    checks_pending: sum('checks_pending'),
    checks_success: sum('checks_success'),
    checks_warning: sum('checks_warning'),
    checks_fail: sum('checks_fail'),
  }
}
