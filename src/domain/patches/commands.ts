import { canEditPatch, canRelate } from '../../auth/permissions.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { Forbidden, NotFound } from '../../util/errors.js'
import { type Actor, type Input, type Permit, permissionsOf, readInput } from '../actor.js'
import type { Origin } from '../changes/updates.js'
import { requireDelegate } from '../projects/delegates.js'
import { relatePatch, unrelatePatch, withRelatedPatches } from './relations.js'
import { type PatchChange, type PatchExpectation, readEditable, updatePatches } from './updates.js'

/** Changes of patches by users and mails: each with its events, in one transaction. */

/** A change of one patch. */
export interface OnePatchChange extends PatchChange {
  /** Patches that it is related to besides those that it is related to already; none: it leaves its relation. */
  readonly related?: readonly number[] | undefined
}

/**
 * Changes one patch; returns the ids of the batches by which that can be undone: one, or none. Throws NotFound,
 * Forbidden, Invalid and Conflict.
 */
export async function changePatch(
  database: Database,
  actor: Actor,
  id: number,
  input: Input<OnePatchChange>,
): Promise<number[]> {
  return await transaction(database, async (db) => {
    const [patch] = await readEditable(db, [id])
    if (!patch) throw new NotFound('No Patch matches the given query.')
    const permit = await permissionsOf(db, actor, 'states')
    if (!permit((viewer) => canEditPatch(viewer, patch))) throw new Forbidden()
    const { related, ...change } = await readInput(db, input)
    await requireDelegate(db, actor, change.delegate_id, [patch])
    if (related) await changeRelation(db, actor, permit, id, related)
    return await updatePatches(db, [patch], change, actor)
  })
}

async function changeRelation(
  db: Database,
  actor: Actor,
  permit: Permit,
  id: number,
  related: readonly number[],
): Promise<void> {
  const all = await withRelatedPatches(db, [id, ...related])
  if (!permit((viewer) => canRelate(viewer, all))) throw new Forbidden()
  if (related.length > 0) await relatePatch(db, id, related, actor.id, actor.time)
  else await unrelatePatch(db, id, actor.id, actor.time)
}

interface ManyOptions {
  /** Whether one patch that the actor may not change leaves all as they are, or only itself. */
  readonly policy?: 'all or none' | 'the permitted'
  /** The sentence for an actor who may not change all of them. */
  readonly refusal?: string
  /** The values of the patches that the user saw. */
  readonly expected?: ReadonlyMap<number, PatchExpectation> | undefined
  /** Why, if not by hand. */
  readonly origin?: Origin | undefined
}

/** What became of a change of many patches. */
export interface ChangedPatches {
  /** The patches that the actor may change. */
  readonly ids: number[]
  /** The batches by which it can be undone: one for each project in which a field became different. */
  readonly batches: number[]
}

/**
 * Changes many patches in the same way. Throws Forbidden, Invalid for a user who cannot be a delegate, and
 * PatchConflict.
 */
export async function changePatches(
  database: Database,
  actor: Actor,
  ids: readonly number[],
  input: Input<PatchChange>,
  { policy = 'all or none', refusal, expected, origin }: ManyOptions = {},
): Promise<ChangedPatches> {
  return await transaction(database, async (db) => {
    const patches = await readEditable(db, ids)
    const permit = await permissionsOf(db, actor, 'states')
    const own = patches.filter((patch) => permit((viewer) => canEditPatch(viewer, patch)))
    if (policy === 'all or none' && own.length < patches.length) throw new Forbidden(refusal)
    if (own.length === 0 && ids.length > 0) throw new Forbidden('You may not change any of these patches.')
    const change = await readInput(db, input)
    await requireDelegate(db, actor, change.delegate_id, own)
    const batches = await updatePatches(db, own, change, actor, { expected, origin })
    return { ids: own.map(({ id }) => id), batches }
  })
}
