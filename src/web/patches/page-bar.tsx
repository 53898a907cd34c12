import type { State } from '../../domain/states/queries.js'
import { seriesDiffPath } from '../../util/urls.js'
import { StateLabel } from '../ui/state.js'
import { labelVersions } from '../ui/version-labels.js'
import type { PatchPage } from './patch.js'

interface PageBarProps {
  page: PatchPage
  /** Number of files that the diff changes; undefined without a diff. */
  files: number | undefined
}

/** The parts of the page of a patch; it stays in reach while one reads. */
export function PageBar({ page, files }: PageBarProps) {
  const { patch, states, discussion, openComments, isEditable } = page
  const state = states.find(({ id }) => id === patch.state_id)
  return (
    <nav class="page-bar" aria-label="This page">
      <a href="#message">Message</a>
      {discussion.total > 0 && (
        <a href="#comments">
          Comments {discussion.total}
          {openComments > 0 && <strong> ({openComments} need action)</strong>}
        </a>
      )}
      {files !== undefined && <a href="#patch">Files {files}</a>}
      <Versions page={page} />
      {state && <StateLink state={state} isEditable={isEditable} />}
    </nav>
  )
}

/** The state, which leads to its form for those who may change it. */
function StateLink({ state, isEditable }: { state: State; isEditable: boolean }) {
  if (!isEditable) return <StateLabel state={state} />
  return (
    <a href="#state" aria-label={`State: ${state.name}`}>
      <StateLabel state={state} />
    </a>
  )
}

/** Versions that the menu has; the page of the series has all. */
const MAX_VERSIONS = 20

function Versions({ page: { around, patch } }: { page: PatchPage }) {
  if (!around || around.versions.length < 2) return null
  const { series, versions } = around
  const labels = labelVersions(versions)
  return (
    <details class="menu">
      <summary>Version {labels.get(series.id)}</summary>
      <div>
        {versions.slice(-MAX_VERSIONS).map(({ id }) =>
          id === series.id ? (
            <span aria-current="true">{labels.get(id)}, this one</span>
          ) : (
            <span>
              <a href={`/series/${id}/`}>{labels.get(id)}</a>{' '}
              <a href={seriesDiffPath(id, series.id, patch.id)}>what changed</a>
            </span>
          ),
        )}
      </div>
    </details>
  )
}
