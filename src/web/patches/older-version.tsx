import type { SeriesRow } from '../../domain/series/queries.js'
import { seriesDiffPath } from '../../util/urls.js'
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
  /** The id of the patch that the page shows. */
  patch?: number
}

/** The note of an old version, with links to the newest and to what changed. */
export function OlderVersion({ current, newer, pathOf, what, patch }: OlderVersionProps) {
  if (!current || !newer || newer.series.id === current.id) return null
  const { series, msgid } = newer
  const isResent = series.version === current.version
  const name = isResent ? 'the newer posting' : `v${series.version}`
  return (
    <p class="notice">
      This is v{current.version}.{' '}
      <a href={`/series/${series.id}/`}>
        {isResent ? 'It was sent again' : `v${series.version} is newer`}: <bdi>{seriesTitle(series)}</bdi>
      </a>
      . See{' '}
      {msgid && pathOf && (
        <>
          <a href={pathOf(msgid)}>
            this {what} in {name}
          </a>{' '}
          or{' '}
        </>
      )}
      <a href={seriesDiffPath(current.id, series.id, patch)}>what changed</a>.
    </p>
  )
}
