import { transaction } from '../../db/transaction.js'
import { changePatch, changePatches } from '../../domain/patches/commands.js'
import { MAX_RELATED } from '../../domain/patches/relations.js'
import type { PatchChange } from '../../domain/patches/updates.js'
import type { Values } from '../framework/body.js'
import { addedIn, flag, state, text, webAddress } from '../framework/fields.js'
import { type AuthenticatedContext, readBody } from '../framework/request-context.js'
import { delegateOrNull, patches } from '../framework/row-fields.js'

/** What people change of patches through the API. */

export const CHANGES = {
  state: state('Its new state: the slug, the name or the number.'),
  delegate: delegateOrNull(
    'The user who is to deal with it, one of the maintainers: number, and since 1.4 user name or mail address; null for nobody.',
  ),
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

/** Changes the patch of the address as the body says. Throws NotFound, Forbidden, Invalid and Conflict. */
export async function applyPatchBody(request: AuthenticatedContext, isPartial: boolean): Promise<void> {
  await changePatch(request.db, request.actor, request.id('id'), async (db) => {
    const { related, ...values } = await readBody({ ...request, db }, FIELDS, isPartial)
    return { ...toChange(values), related }
  })
}

/** Changes all patches of the request body, or none; returns their ids. Throws the same as `applyPatchBody`. */
export async function applyBulkBody(request: AuthenticatedContext): Promise<number[]> {
  return await transaction(request.db, async (db) => {
    const { ids = [], ...values } = await readBody({ ...request, db }, BULK_FIELDS, false)
    return (await changePatches(db, request.actor, ids, toChange(values))).ids
  })
}

/** The change that the body asks for, without the fields that were not sent. */
export function toChange({
  state: state_id,
  delegate: delegate_id,
  ...others
}: Values<typeof CHANGES>): PatchChange {
  const change = { ...others, state_id, delegate_id }
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
}
