import { canPostCheck } from '../../auth/permissions.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { Forbidden, NotFound } from '../../util/errors.js'
import { type Actor, type Input, permissionsOf, readInput } from '../actor.js'
import { readEditable } from '../patches/updates.js'
import { requireContext } from '../tokens/rules.js'
import { insertChecks, type NewCheck } from './updates.js'

/** What a check says; the rest of it is who posts it, and when. */
export type CheckContent = Omit<NewCheck, 'user_id' | 'date'>

/**
 * Posts one and the same check of some patches, or none if the actor may not check one of them; gives the ids of the
 * checks, in the order of the patches. Throws NotFound and Forbidden.
 */
export async function createChecks(
  database: Database,
  actor: Actor,
  patchIds: readonly number[],
  input: Input<CheckContent>,
): Promise<number[]> {
  return await transaction(database, async (db) => {
    const patches = await readEditable(db, patchIds)
    if (patches.length < patchIds.length) throw new NotFound('No Patch matches the given query.')
    const permit = await permissionsOf(db, actor, 'checks')
    const isPermitted = patches.every((patch) => permit((viewer) => canPostCheck(viewer, patch)))
    // A check names the account that posts it.
    if (actor.id === null || !isPermitted) throw new Forbidden()
    const content = await readInput(db, input)
    requireContext(permit.limits ?? {}, content.context)
    return await insertChecks(db, patches, { ...content, user_id: actor.id, date: actor.time })
  })
}
