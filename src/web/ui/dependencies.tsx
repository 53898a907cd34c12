import type { ComponentChildren } from 'preact'
import type { SeriesRow } from '../../domain/series/queries.js'
import { Fact } from './fact.js'
import { seriesTitle } from './series-table.js'

/** Series on one side of another's dependencies that a page lists. */
export const MAX_DEPENDENCIES = 50

/** Dependencies or dependents of a series, as the page shows them. */
export interface ShownDependencies {
  readonly rows: readonly SeriesRow[]
  /** The total number. */
  readonly total: number
}

interface Props {
  series: number
  dependsOn: ShownDependencies
  neededBy: ShownDependencies
}

/** Series that this one depends on, and series that need it. */
export function DependencyFacts({ series, dependsOn, neededBy }: Props) {
  return (
    <>
      <DependencyFact name="Depends on" series={series} {...dependsOn} />
      <DependencyFact name="Needed by" series={series} {...neededBy} />
    </>
  )
}

function DependencyFact({ name, series, rows, total }: ShownDependencies & { name: string; series: number }) {
  return (
    <SeriesFact name={name} rows={rows}>
      {total > rows.length && (
        <p>
          {total - rows.length} more series are not shown;{' '}
          <a href={`/api/series/${series}/`}>the answer of the API has them</a>.
        </p>
      )}
    </SeriesFact>
  )
}

interface SeriesFactProps {
  name: string
  rows: readonly SeriesRow[]
  children?: ComponentChildren
}

/** Some series, each with a link; nothing if there are none. */
export function SeriesFact({ name, rows, children }: SeriesFactProps) {
  if (rows.length === 0) return null
  return (
    <Fact name={name}>
      <ul class="plain">
        {rows.map((each) => (
          <li>
            <a href={`/series/${each.id}/`} dir="auto">
              {seriesTitle(each)}
            </a>
            <span class="muted"> v{each.version}</span>
          </li>
        ))}
      </ul>
      {children}
    </Fact>
  )
}
