import { canEditPatch, type Viewer } from '../../auth/permissions.js'
import type { Database } from '../../db/schema.js'
import { listSuggestionsFor, type OpenSuggestion } from '../../domain/automation/queries.js'
import { type BundleRow, listBundlesOf } from '../../domain/bundles/queries.js'
import { type HistoryRow, listHistory } from '../../domain/changes/queries.js'
import { listNewestChecks, type NewestCheck } from '../../domain/checks/queries.js'
import { missingContexts } from '../../domain/checks/required.js'
import { activityOfPatches } from '../../domain/comments/activity.js'
import { type Texts } from '../../domain/mails/submissions.js'
import { type PatchRow, patchesByRelation, type RelatedRow } from '../../domain/patches/queries.js'
import { type MaintainerRow, maintainersOf } from '../../domain/projects/maintainers.js'
import type { Project } from '../../domain/projects/queries.js'
import { listStates, type State } from '../../domain/states/queries.js'
import { listTags, tagCountsOf } from '../../domain/tags/queries.js'
import { listTrailers } from '../../domain/trailers/queries.js'
import type { PatchTrailer } from '../../domain/trailers/rules.js'
import { patchPath } from '../../util/urls.js'
import type { RequestContext } from '../framework/request-context.js'
import { MAX_CHECKS } from '../ui/check-table.js'
import { MAX_HISTORY } from '../ui/history.js'
import { type Discussion, pageIn, readDiscussion } from './discussion.js'
import { policyViewer, readSeriesNavigation, type SeriesNavigation } from './submission.js'

/** All that the page of a patch shows. */
export interface PatchPage {
  readonly context: RequestContext
  readonly viewer: Viewer
  readonly project: Project
  readonly patch: PatchRow & Texts
  readonly path: string
  readonly isEditable: boolean
  readonly states: readonly State[]
  /** Choices for viewers who may change the patch. */
  readonly maintainers: readonly MaintainerRow[]
  readonly bundles: readonly BundleRow[]
  readonly checks: readonly NewestCheck[]
  readonly totalChecks: number
  /** Contexts that the project requires and the patch lacks. */
  readonly missing: readonly string[]
  /** How often each tag was given. */
  readonly tags: readonly { name: string; count: number }[]
  /** What mails say of it. */
  readonly trailers: readonly PatchTrailer[]
  readonly related: readonly RelatedRow[]
  readonly around: SeriesNavigation | undefined
  readonly discussion: Discussion
  /** How many comments need action. */
  readonly openComments: number
  readonly history: readonly HistoryRow[]
  readonly suggestions: readonly OpenSuggestion[]
}

/** Loads the data of a patch page that is the same for every visitor. */
export async function readPatchPage(
  context: RequestContext,
  project: Project,
  patch: PatchRow & Texts,
): Promise<PatchPage> {
  const { db } = context
  const viewer = await policyViewer(context)
  const isEditable = canEditPatch(viewer, patch)
  const { checks_pending, checks_success, checks_warning, checks_fail } = patch
  const totalChecks = checks_pending + checks_success + checks_warning + checks_fail
  const discussion = await readDiscussion(db, { kind: 'patch', id: patch.id }, pageIn(context))
  const related = patch.relation_id === null ? [] : await patchesByRelation(db, [patch.relation_id])
  return {
    context,
    viewer,
    project,
    patch,
    path: patchPath(project.link_name, patch.msgid),
    isEditable,
    states: await listStates(db),
    maintainers: isEditable ? await maintainersOf(db, [project.id]) : [],
    bundles: viewer ? await listBundlesOf(db, viewer.id, project.id) : [],
    checks: totalChecks > 0 ? await listNewestChecks(db, patch.id, MAX_CHECKS) : [],
    totalChecks,
    missing: (await missingContexts(db, [patch], () => context.now)).get(patch.id) ?? [],
    tags: project.use_tags ? await readTags(db, patch.id) : [],
    trailers: await listTrailers(db, patch.id),
    related: related.filter(({ id }) => id !== patch.id),
    around:
      patch.series_id === null
        ? undefined
        : await readSeriesNavigation(db, project, patch.series_id, {
            number: patch.number ?? 1,
            name: patch.name,
          }),
    history: await listHistory(db, { patches: [patch.id] }, MAX_HISTORY),
    suggestions: await listSuggestionsFor(db, { patches: [patch.id] }),
    discussion,
    openComments: await countOpen(db, patch.id, discussion),
  }
}

/** Of a long discussion the page shows only a part. */
async function countOpen(db: Database, patch: number, { pages, comments }: Discussion): Promise<number> {
  if (pages === 1) return comments.filter(({ addressed }) => addressed === 0).length
  const [activity] = await activityOfPatches(db, [patch])
  return activity?.open ?? 0
}

async function readTags(db: Database, patch: number): Promise<{ name: string; count: number }[]> {
  const counts = new Map((await tagCountsOf(db, [patch])).map(({ tag_id, count }) => [tag_id, count]))
  return (await listTags(db)).flatMap(({ id, name }) => {
    const count = counts.get(id) ?? 0
    return count > 0 ? [{ name, count }] : []
  })
}
