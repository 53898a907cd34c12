import { canEditPatch, canRelate } from '../../auth/permissions.js'
import { transaction } from '../../db/transaction.js'
import { updatePatches } from '../../domain/patches/commands.js'
import { type PatchRow, patchesById } from '../../domain/patches/queries.js'
import {
  MAX_RELATED,
  relatePatch,
  unrelatePatch,
  withRelatedPatches,
} from '../../domain/patches/relations.js'
import { projectsMaintainedBy } from '../../domain/projects/maintainers.js'
import { usersById } from '../../domain/users/users.js'
import { throwIfAny } from '../framework/body.js'
import { loadProjects, projectOf } from '../framework/embedded.js'
import { addedIn, flag, patches, state, text, userOrNull, webAddress } from '../framework/fields.js'
import { firstOrNotFound, type RequestContext, readBody, requireRight } from '../framework/request-context.js'

/** What people change of patches through the API. */

const CHANGES = {
  state: state('Its new state: the slug, the name or the number.'),
  delegate: userOrNull('Number of the user who is to deal with it, one of the maintainers; null for nobody.'),
  archived: flag('Whether it is put away from the lists of what is to be done.'),
  commit_ref: text('The commit that it became.', { max: 255, isNullable: true }),
  pull_url: webAddress('Where it can be pulled from.', { max: 255, isNullable: true }),
}

/** The fields of one patch that can be sent. */
export const FIELDS = {
  ...CHANGES,
  related: addedIn(
    '1.2',
    patches(
      'Numbers of patches that it is related to from now on, besides those that it is related to already; an empty list takes it out of its relation. For those who maintain the projects of all of them.',
      false,
      MAX_RELATED,
    ),
  ),
}

/** More would keep other writers waiting, and be a long answer. */
const MAX_PATCHES_AT_ONCE = 500

/** The fields that change many patches at once. */
export const BULK_FIELDS = {
  ids: patches('Numbers of the patches to change.', true, MAX_PATCHES_AT_ONCE),
  state: { ...CHANGES.state, isRequired: false },
  delegate: { ...CHANGES.delegate, isRequired: false },
  archived: CHANGES.archived,
  commit_ref: CHANGES.commit_ref,
}

/**
 * Changes the patch of the address as the body says; what allows it is looked up in the transaction that does it.
 * Throws NotFound, Forbidden, Invalid and Conflict.
 */
export async function changePatch(request: RequestContext, isPartial: boolean): Promise<void> {
  await transaction(request.db, (db) => change({ ...request, db }, isPartial))
}

async function change(request: RequestContext, isPartial: boolean): Promise<void> {
  const { db, id, now } = request
  const patch = firstOrNotFound(await patchesById(db, [id('id')]), 'Patch')
  const { id: actor } = requireRight(request, canEditPatch(request.viewer, patch))
  const { related, ...values } = await readBody(request, FIELDS, isPartial)
  const { state: state_id, delegate: delegate_id, ...others } = values
  await requireMaintainer(request, delegate_id, [patch])
  if (related) await requireRelatable(request, patch, related)
  if (related && related.length > 0) await relatePatch(db, patch.id, related, actor, now)
  else if (related) await unrelatePatch(db, patch.id, actor, now)
  await updatePatches(db, [patch.id], present({ ...others, state_id, delegate_id }), actor, now)
}

/** Changes all patches that the body names, or none; gives their numbers. Throws as `changePatch` does. */
export async function changePatches(request: RequestContext): Promise<number[]> {
  requireRight(request, request.viewer !== undefined)
  return await transaction(request.db, (db) => changeMany({ ...request, db }))
}

async function changeMany(request: RequestContext): Promise<number[]> {
  const { db, now, viewer } = request
  const { ids = [], ...values } = await readBody(request, BULK_FIELDS, false)
  const { state: state_id, delegate: delegate_id, ...others } = values
  const rows = await patchesById(db, ids)
  const { id: actor } = requireRight(
    request,
    rows.every((patch) => canEditPatch(viewer, patch)),
  )
  await requireMaintainer(request, delegate_id, rows)
  await updatePatches(db, ids, present({ ...others, state_id, delegate_id }), actor, now)
  return ids
}

/** Without the fields that were not sent. */
function present<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }
}

/** A patch is delegated to none but its project's maintainers. Throws Invalid. */
async function requireMaintainer(
  { db, response }: RequestContext,
  delegate: number | null | undefined,
  rows: readonly PatchRow[],
): Promise<void> {
  if (delegate === null || delegate === undefined) return
  const maintained = await projectsMaintainedBy(db, delegate)
  const foreign = rows.find(({ project_id }) => !maintained.has(project_id))
  if (!foreign) return
  const [user] = await usersById(db, [delegate])
  await loadProjects({ db, response }, [foreign])
  const { name } = projectOf(response, foreign.project_id)
  throwIfAny({ delegate: [`User '${user?.username}' is not a maintainer for project '${name}'`] })
}

/** Throws Forbidden unless whoever asks maintains the projects of all patches that are or will be related. */
async function requireRelatable(
  request: RequestContext,
  patch: PatchRow,
  related: readonly number[],
): Promise<void> {
  const all = await withRelatedPatches(request.db, [patch.id, ...related])
  requireRight(request, canRelate(request.viewer, all))
}
