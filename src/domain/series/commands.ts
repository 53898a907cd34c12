import { canEditCover } from '../../auth/permissions.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { Forbidden, NotFound } from '../../util/errors.js'
import { type Actor, type Input, permissionsOf } from '../actor.js'
import { type ChangedPatches, changePatches } from '../patches/commands.js'
import { patchesBySeries } from '../patches/queries.js'
import type { PatchChange, PatchExpectation } from '../patches/updates.js'
import { type EditableSeries, readEditableSeries } from './queries.js'

/** Changes of whole series by users. */

/** What is changed of all patches of a series at once. */
export type SeriesPatchesChange = Pick<PatchChange, 'state_id' | 'delegate_id' | 'archived'>

/**
 * Changes all patches of a series in the same way, by the rules of each patch: if the actor may not change one of
 * them, none is changed. Throws NotFound, Forbidden, Invalid and PatchConflict.
 */
export async function changeSeries(
  database: Database,
  actor: Actor,
  id: number,
  input: Input<SeriesPatchesChange>,
  expected?: ReadonlyMap<number, PatchExpectation>,
): Promise<ChangedPatches> {
  return await transaction(database, async (db) => {
    const [series] = await readEditableSeries(db, [id])
    if (!series) throw new NotFound('No Series matches the given query.')
    const patches = (await patchesBySeries(db, [id])).map((patch) => patch.id)
    if (patches.length === 0) await requireOwn(db, actor, series)
    return await changePatches(db, actor, patches, input, { expected })
  })
}

/** Of a series without patches nothing is changed; who may not change it is refused all the same. */
async function requireOwn(db: Database, actor: Actor, series: EditableSeries): Promise<void> {
  const permit = await permissionsOf(db, actor, 'states')
  if (!permit((viewer) => canEditCover(viewer, series))) throw new Forbidden()
}
