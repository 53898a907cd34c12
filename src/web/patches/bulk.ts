import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import { canEditPatch } from '../../auth/permissions.js'
import { inOrder } from '../../db/pagination.js'
import { createBundle, extendBundle } from '../../domain/bundles/commands.js'
import { listBundlesOf } from '../../domain/bundles/queries.js'
import { changePatches } from '../../domain/patches/commands.js'
import { type PatchRow, patchesById } from '../../domain/patches/queries.js'
import { type PatchChange, PatchConflict, type PatchExpectation } from '../../domain/patches/updates.js'
import { maintainersOf } from '../../domain/projects/maintainers.js'
import type { Project } from '../../domain/projects/queries.js'
import { changeManySeries, changeSeries, patchesOfRows } from '../../domain/series/commands.js'
import { findState, listStates } from '../../domain/states/queries.js'
import { Conflict, Invalid } from '../../util/errors.js'
import { parseId } from '../../util/text.js'
import { actorOf, askToLogIn, isLoggedIn, type UserContext } from '../framework/auth-guard.js'
import { localPath } from '../framework/local-path.js'
import { type RequestContext, redirectWith } from '../framework/request-context.js'
import { countOfPatches } from '../text/count.js'
import type { BulkChoices } from './bulk-form.js'
import { describeConflict, expectationIn, readShown } from './shown-patches.js'
import { policyViewer } from './submission.js'

/** Changes to many patches at once, by the form around each list of patches. */

/** No page has more rows, so no form can send more. */
const MAX_PATCHES = 1000

/** The choices of the bulk form; undefined for visitors. */
export async function readBulkChoices(
  context: RequestContext,
  project: Project,
  rows: readonly { id: number }[],
): Promise<BulkChoices | undefined> {
  const { db, viewer } = context
  if (!viewer) return undefined
  return {
    canChange: await canChangeAny(context, project, rows),
    states: await listStates(db),
    maintainers: await maintainersOf(db, [project.id]),
    bundles: await listBundlesOf(db, viewer.id, project.id),
  }
}

/** Whether the viewer may change any of the patches that a page lists. */
async function canChangeAny(
  context: RequestContext,
  project: Project,
  rows: readonly { id: number }[],
): Promise<boolean> {
  const viewer = await policyViewer(context)
  if (viewer?.maintains.has(project.id)) return true
  const patches = await patchesById(
    context.db,
    rows.map((row) => row.id),
  )
  return patches.some((patch) => canEditPatch(viewer, patch))
}

/**
 * Processes the form and redirects to the page that it came from. An invalid form changes nothing: `show` renders
 * that page again with the error and the submitted values. Throws Forbidden for users who may change none of the
 * patches, and NotFound for another user's bundle.
 */
export async function changeChosen(
  context: RequestContext,
  project: Project,
  form: URLSearchParams,
  show: (context: RequestContext) => Promise<VNode | FastifyReply>,
): Promise<VNode | FastifyReply> {
  if (!isLoggedIn(context)) return askToLogIn(context, form)
  const back = localPath(form.get('next'))
  const work = async () => {
    const series = idsIn(form, 'series')
    const outcome =
      series.length > 0
        ? await changeWithSeries(context, project, series, form)
        : await changeThese(context, await chosenPatches(context, project, form), form)
    return redirectWith(context, back, ...outcome)
  }
  return await showFormAgainOnError(context, form, work, show)
}

/**
 * Processes a form. On an error, or if another user changed the same in the meantime, `show` renders its page again
 * with the error and the submitted values.
 */
export async function showFormAgainOnError(
  context: RequestContext,
  form: URLSearchParams,
  work: () => Promise<VNode | FastifyReply>,
  show: (context: RequestContext) => Promise<VNode | FastifyReply>,
): Promise<VNode | FastifyReply> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Invalid || error instanceof Conflict)) throw error
    void context.reply.code(error.status)
    const text = error instanceof PatchConflict ? await describeConflict(context, error) : error.message
    return await show({ ...context, message: { text, isProblem: true }, sent: form })
  }
}

/** What to tell, whether something was not done, and the change whose undo is offered. */
export type Outcome = [text: string, isProblem: boolean, change?: number | undefined]

/** Applies the fields of the form to some patches. Throws Invalid for invalid fields. */
export async function changeThese(
  context: UserContext,
  patches: readonly PatchRow[],
  form: URLSearchParams,
): Promise<Outcome> {
  const action = actionOf(form)
  if (action === 'create') return await createBundleOf(context, patches, form)
  if (action === 'add') return await addToBundle(context, patches, form)
  return await update(context, patches, form)
}

/** What Enter in a field does: with a bundle name typed, it creates that bundle and changes no patch. */
function actionOf(form: URLSearchParams): string {
  const action = form.get('action') ?? 'enter'
  if (action !== 'enter') return action
  return (form.get('bundle_name') ?? '').trim() === '' ? 'update' : 'create'
}

/**
 * The order in which patches are applied, whatever the order of the list: by date, those of one moment by their place
 * in the series. Pages whose order is chosen send `order=listed`.
 */
function inOrderOfBundle(patches: readonly PatchRow[], form: URLSearchParams): number[] {
  const sorted =
    form.get('order') === 'listed'
      ? patches
      : patches.toSorted(
          (a, b) =>
            (a.date < b.date ? -1 : Number(a.date > b.date)) ||
            (a.number ?? 0) - (b.number ?? 0) ||
            a.id - b.id,
        )
  return sorted.map(({ id }) => id)
}

/** The ids that a field has, each once. */
function idsIn(form: URLSearchParams, name: string): number[] {
  return [...new Set(form.getAll(name).flatMap((id) => parseId(id) ?? []))]
}

/**
 * Applies the form to all patches of some series, and to patches that were chosen besides: changes are for all or none
 * of them.
 */
async function changeWithSeries(
  context: UserContext,
  project: Project,
  series: readonly number[],
  form: URLSearchParams,
): Promise<Outcome> {
  const { db } = context
  const rows = { project: project.id, series, patches: idsIn(form, 'patch') }
  await requireOfProject(db, project, rows.patches)
  if (actionOf(form) !== 'update') {
    const ids = await patchesOfRows(db, rows)
    return await changeThese(context, inOrder(ids, await patchesById(db, ids)), form)
  }
  const { change } = onlyChanged(await readChange(db, form), form)
  if (Object.keys(change).length === 0) throw new Invalid('Choose a state, delegate or archive first.')
  const made = await changeManySeries(db, actorOf(context), rows, change, readShown(form))
  return [`${countOfPatches(made.ids.length)} updated.`, false, made.batches[0]]
}

/** The patches of the project that were chosen, in the order of the list. Throws Invalid. */
async function chosenPatches(
  { db }: RequestContext,
  project: Project,
  form: URLSearchParams,
): Promise<readonly PatchRow[]> {
  const ids = idsIn(form, 'patch')
  if (ids.length === 0) throw new Invalid('Choose at least one patch.')
  if (ids.length > MAX_PATCHES) throw new Invalid(`At most ${MAX_PATCHES} patches can be changed at once.`)
  return await requireOfProject(db, project, ids)
}

/** Patches of the project, in the order of their ids. Throws Invalid. */
async function requireOfProject(
  db: RequestContext['db'],
  project: Project,
  ids: readonly number[],
): Promise<PatchRow[]> {
  const patches = inOrder(ids, await patchesById(db, ids))
  if (patches.length < ids.length || patches.some(({ project_id }) => project_id !== project.id))
    throw new Invalid('Some of these patches are not in this project.')
  return patches
}

/** Changes the patches that the viewer may change, and names the others. */
async function update(
  context: UserContext,
  patches: readonly PatchRow[],
  form: URLSearchParams,
): Promise<Outcome> {
  const { change, expected } = onlyChanged(await readChange(context.db, form), form)
  if (Object.keys(change).length === 0) throw new Invalid('Choose a state, delegate or archive first.')
  const ids = patches.map(({ id }) => id)
  const shown = expected ? new Map(ids.map((id) => [id, expected])) : readShown(form)
  const options = { policy: 'the permitted', expected: shown } as const
  const made = await changePatches(context.db, actorOf(context), ids, change, options)
  const changed = new Set(made.ids)
  const [batch] = made.batches
  const told = `${countOfPatches(changed.size)} updated.`
  const [foreign, ...others] = patches.filter(({ id }) => !changed.has(id))
  if (!foreign) return [told, false, batch]
  const more = others.length > 0 ? ` and ${others.length} other${others.length > 1 ? 's' : ''}` : ''
  return [`${told} You may not change “${foreign.name}”${more}.`, true, batch]
}

/**
 * Gives all patches of a series what the form changes, or none of them. A form of one patch that changes nothing gives
 * them its state.
 */
export async function changeWholeSeries(
  context: UserContext,
  series: number,
  form: URLSearchParams,
  shown?: number,
): Promise<Outcome> {
  const wanted = await readChange(context.db, form)
  const { change, expected } = onlyChanged(wanted, form)
  const { state_id } = wanted
  const asked = Object.keys(change).length === 0 && expected && state_id !== undefined ? { state_id } : change
  if (Object.keys(asked).length === 0) throw new Invalid('Choose a state, delegate or archive first.')
  const seen = expected && shown !== undefined ? new Map([[shown, expected]]) : readShown(form)
  const made = await changeSeries(context.db, actorOf(context), series, asked, seen)
  return [`${countOfPatches(made.ids.length)} updated.`, false, made.batches[0]]
}

/** Drops fields that the form of one patch left unchanged, and returns the old values of the others, if the form has them. */
function onlyChanged(
  wanted: PatchChange,
  form: URLSearchParams,
): { change: PatchChange; expected: PatchExpectation | undefined } {
  const [state, delegate, archived] = ['was_state', 'was_delegate', 'was_archived'].map(
    (name) => form.get(name) ?? '',
  )
  const expected = expectationIn(
    state ?? '',
    delegate ?? '',
    archived === '' ? '' : String(Number(archived === 'true')),
  )
  if (!expected) return { change: wanted, expected }
  const change = { ...wanted }
  if (change.state_id === expected.state_id) delete change.state_id
  if (change.delegate_id === expected.delegate_id) delete change.delegate_id
  if (change.archived !== undefined && Number(change.archived) === expected.archived) delete change.archived
  return { change, expected }
}

/**
 * The change that the form requests; a delegate that is not a number means none. Throws Invalid for an unknown state.
 */
async function readChange(db: RequestContext['db'], form: URLSearchParams): Promise<PatchChange> {
  const [state, delegate, archived] = ['state', 'delegate', 'archived'].map((name) => form.get(name) ?? '')
  const change: PatchChange = {}
  if (state) {
    const known = await findState(db, state)
    if (!known) throw new Invalid('This state does not exist.')
    change.state_id = known.id
  }
  if (delegate === '-') change.delegate_id = null
  else if (delegate) change.delegate_id = parseId(delegate) ?? 0
  if (archived === 'true' || archived === 'false') change.archived = archived === 'true'
  return change
}

async function createBundleOf(
  context: UserContext,
  patches: readonly PatchRow[],
  form: URLSearchParams,
): Promise<Outcome> {
  const name = (form.get('bundle_name') ?? '').trim()
  const ids = inOrderOfBundle(patches, form)
  await createBundle(context.db, actorOf(context), { name, public: false }, ids)
  return [`Bundle “${name}” made of ${countOfPatches(ids.length)}.`, false]
}

async function addToBundle(
  context: UserContext,
  patches: readonly PatchRow[],
  form: URLSearchParams,
): Promise<Outcome> {
  const id = parseId(form.get('bundle_id') ?? '') ?? 0
  const ids = inOrderOfBundle(patches, form)
  const { name, added } = await extendBundle(context.db, actorOf(context), id, ids)
  const known = ids.length - added
  const rest = known > 0 ? `; ${known} ${known === 1 ? 'was' : 'were'} in it already` : ''
  return [`${countOfPatches(added)} added to bundle “${name}”${rest}.`, false]
}
