import type { Project } from '../../domain/projects/queries.js'
import type { SeriesRow } from '../../domain/series/queries.js'
import type { SeriesPatch } from '../../domain/series/series-patches.js'
import type { State } from '../../domain/states/queries.js'
import { coverPath, patchPath } from '../../util/urls.js'
import { CheckSummary } from '../ui/checks.js'
import { seriesTitle } from '../ui/series-table.js'
import { StateLabel } from '../ui/state.js'
import type { SeriesNavigation } from './submission.js'

interface Props {
  project: Project
  around: SeriesNavigation
  /** The position of the shown mail in the series; 0: the cover. */
  number: number
}

/** The previous and the next mail of the series. */
export function SeriesNavigationLinks({
  project: { link_name },
  around: { series, siblings },
  number,
}: Props) {
  const before = siblings.findLast((each) => each.number < number)
  const next = siblings.find((each) => each.number > number)
  const cover = number > 0 && !before ? series.cover_msgid : null
  if (!before && !next && cover === null) return null
  return (
    <nav class="neighbours" aria-label="Series">
      {before && <Neighbour patch={before} linkName={link_name} rel="prev" />}
      {cover !== null && (
        <a href={coverPath(link_name, cover)} rel="prev" aria-keyshortcuts="p" title={series.cover_name}>
          ← cover
        </a>
      )}
      {next && <Neighbour patch={next} linkName={link_name} rel="next" />}
    </nav>
  )
}

function Neighbour({ patch, linkName, rel }: { patch: SeriesPatch; linkName: string; rel: 'prev' | 'next' }) {
  return (
    <a
      href={patchPath(linkName, patch.msgid)}
      rel={rel}
      aria-keyshortcuts={rel === 'prev' ? 'p' : 'n'}
      title={patch.name}
    >
      {rel === 'prev' ? `← ${patch.number}` : `${patch.number} →`}
      <span class="hidden">{rel === 'prev' ? ', the previous patch' : ', the next patch'}</span>
    </a>
  )
}

/** The series: where its page is, and what else is in it. */
export function SeriesParts(props: Props & { states: readonly State[] }) {
  const { series, siblings } = props.around
  // A single patch has no neighbours.
  if (series.total === 1 && siblings.length === 1 && series.cover_msgid === null)
    return <SeriesLink series={series} />
  return (
    <>
      <SeriesLink series={series} />
      <details class="parts" open={props.number === 0}>
        <summary>
          {siblings.length} of {series.total} patches
          {series.version > 1 && `, version ${series.version}`}
        </summary>
        <Parts {...props} />
      </details>
    </>
  )
}

function SeriesLink({ series }: { series: SeriesRow }) {
  return (
    <a href={`/series/${series.id}/`}>
      <bdi>{seriesTitle(series)}</bdi>
    </a>
  )
}

function Parts({
  project: { link_name },
  around: { series, siblings },
  number,
  states,
}: Props & {
  states: readonly State[]
}) {
  const stateOf = new Map(states.map((state) => [state.id, state]))
  return (
    <table>
      <tbody>
        {series.cover_msgid !== null && (
          <tr aria-current={number === 0 || undefined}>
            <td>
              <a href={coverPath(link_name, series.cover_msgid)}>
                <bdi>{series.cover_name}</bdi>
              </a>
            </td>
          </tr>
        )}
        {siblings.map((patch) => {
          const state = stateOf.get(patch.state_id)
          return (
            <tr aria-current={patch.number === number || undefined}>
              <td>
                <a href={patchPath(link_name, patch.msgid)}>
                  <bdi>{patch.name}</bdi>
                </a>
              </td>
              <td>{state && <StateLabel state={state} />}</td>
              <td>
                <CheckSummary counts={patch} />
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
