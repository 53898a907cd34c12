import type { RelatedRow } from '../../domain/patches/queries.js'
import type { Project } from '../../domain/projects/queries.js'
import { isWebAddress, patchPath, seriesDiffPath } from '../../util/urls.js'
import { DateTime } from '../ui/date.js'
import { DependencyFacts } from '../ui/dependencies.js'
import { Fact, Facts } from '../ui/fact.js'
import { PersonLink } from '../ui/person.js'
import { StateLabel } from '../ui/state.js'
import { labelVersions } from '../ui/version-labels.js'
import type { PatchPage } from './patch.js'
import { SeriesParts } from './series-navigation.js'
import type { SeriesNavigation } from './submission.js'
import { HeadersFact, MessageIdFact } from './submission-text.js'
import { TrailersFact } from './trailers.js'

/** The metadata of a patch. */
export function PatchMeta({ project, patch, states, tags, trailers, related, around, context }: PatchPage) {
  const state = states.find(({ id }) => id === patch.state_id)
  return (
    <Facts>
      <MessageIdFact project={project} msgid={patch.msgid} />
      <Fact name="Submitter">
        <PersonLink linkName={project.link_name} person={patch} />
      </Fact>
      <Fact name="Date">
        <DateTime time={patch.date} />
      </Fact>
      <Fact name="State">{state && <StateLabel state={state} />}</Fact>
      <Commit project={project} commit={patch.commit_ref} />
      {patch.delegate_username !== null && (
        <Fact name="Delegated to">
          <bdi>{patch.delegate_username}</bdi>
        </Fact>
      )}
      {patch.archived === 1 && <Fact name="Archived">yes</Fact>}
      <PullRequest url={patch.pull_url} />
      <HeadersFact headers={patch.headers} />
      {around && (
        <Fact name="Series">
          <SeriesParts project={project} around={around} number={patch.number ?? 0} states={states} />
        </Fact>
      )}
      {around && <Changes around={around} patch={patch.id} />}
      {around && <DependencyFacts {...around} series={around.series.id} />}
      <Related projects={context.projects} patches={related} />
      <TrailersFact trailers={trailers} />
      {tags.length > 0 && (
        <Fact name="Tags">{tags.map(({ name, count }) => `${name}: ${count}`).join(', ')}</Fact>
      )}
    </Facts>
  )
}

/** Earlier versions that the patch is compared with; the page of the series has all. */
const MAX_EARLIER = 8

/** What changed in the patch since earlier versions of its series, the nearest first. */
function Changes({ around: { series, versions }, patch }: { around: SeriesNavigation; patch: number }) {
  const labels = labelVersions(versions)
  const index = versions.findIndex(({ id }) => id === series.id)
  const earlier = versions.slice(Math.max(0, index - MAX_EARLIER), Math.max(0, index)).toReversed()
  if (earlier.length === 0) return null
  return (
    <Fact name="Changes">
      <ul class="inline">
        {earlier.map(({ id }) => (
          <li>
            <a href={seriesDiffPath(id, series.id, patch)}>changes since {labels.get(id)}</a>
          </li>
        ))}
      </ul>
    </Fact>
  )
}

/** Where the project's repository shows the commit that the patch became. */
function Commit({ project, commit }: { project: Project; commit: string | null }) {
  if (!commit) return null
  const format = project.commit_url_format
  const href = format ? format.replaceAll('{}', encodeURIComponent(commit)) : ''
  const text = <bdi class="mono">{commit}</bdi>
  return <Fact name="Commit">{isWebAddress(href) ? <a href={href}>{text}</a> : text}</Fact>
}

function PullRequest({ url }: { url: string | null }) {
  if (!url) return null
  const [address = ''] = url.split(' ', 1)
  const text = <bdi class="mono">{url}</bdi>
  return (
    <Fact name="Pull request">
      {isWebAddress(address) ? (
        <a href={address} rel="nofollow noopener ugc">
          {text}
        </a>
      ) : (
        text
      )}
    </Fact>
  )
}

/** Related patches that are shown; a relation may have more. */
const MAX_RELATED = 100

function Related({ projects, patches }: { projects: readonly Project[]; patches: readonly RelatedRow[] }) {
  if (patches.length === 0) return null
  const names = new Map(projects.map(({ id, link_name }) => [id, link_name]))
  return (
    <Fact name="Related">
      <ul class="plain">
        {patches.slice(0, MAX_RELATED).map(({ project_id, msgid, name }) => (
          <li>
            <a href={patchPath(names.get(project_id) ?? '', msgid)}>
              <bdi>{name}</bdi>
            </a>
          </li>
        ))}
        {patches.length > MAX_RELATED && <li>… and {patches.length - MAX_RELATED} more</li>}
      </ul>
    </Fact>
  )
}
