import type { SeriesRow } from '../../domain/series/queries.js'
import { seriesTitle } from '../ui/series-table.js'
import type { NewerVersion } from './submission.js'

interface OlderVersionProps {
  /** The series that the page shows, or shows a mail of. */
  current: SeriesRow | undefined
  newer: NewerVersion | undefined
  /** The path of the same mail in the newer version. */
  pathOf?: (msgid: string) => string
  /** What that mail is. */
  what?: string
}

/** The note of an old version, with links to the newest. */
export function OlderVersion({ current, newer, pathOf, what }: OlderVersionProps) {
  if (!current || !newer || newer.series.version <= current.version) return null
  const { series, msgid } = newer
  return (
    <p class="notice">
      This is version {current.version}. The newest is{' '}
      <a href={`/series/${series.id}/`}>
        version {series.version}: <bdi>{seriesTitle(series)}</bdi>
      </a>
      .
      {msgid && pathOf && (
        <>
          {' '}
          See{' '}
          <a href={pathOf(msgid)}>
            this {what} in version {series.version}
          </a>
          .
        </>
      )}
    </p>
  )
}
