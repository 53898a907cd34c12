import { canEditCover } from '../../auth/permissions.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { Forbidden, Invalid, NotFound } from '../../util/errors.js'
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

/** Whole series of a project, and single patches of it. */
export interface ChosenRows {
  readonly project: number
  readonly series: readonly number[]
  readonly patches: readonly number[]
}

/** Patches that are changed at once. */
const MAX_PATCHES = 5000

/**
 * Changes all patches of some series, and other patches, in the same way: all of them or none. Throws Invalid for what
 * is not in the project, Forbidden and PatchConflict.
 */
export async function changeManySeries(
  database: Database,
  actor: Actor,
  rows: ChosenRows,
  input: Input<SeriesPatchesChange>,
  expected?: ReadonlyMap<number, PatchExpectation>,
): Promise<ChangedPatches> {
  return await transaction(database, async (db) => {
    const ids = await patchesOfRows(db, rows)
    const refusal = 'You may not change all of these patches, so none was changed.'
    return await changePatches(db, actor, ids, input, { expected, refusal })
  })
}

/** The patches of these series by place, then the others. Throws Invalid. */
export async function patchesOfRows(
  db: Database,
  { project, series, patches }: ChosenRows,
): Promise<number[]> {
  const found = await readEditableSeries(db, series)
  if (found.length < series.length || found.some(({ project_id }) => project_id !== project))
    throw new Invalid('Some of these series are not, or no longer, in this project.')
  const parts = await patchesBySeries(db, series)
  const placed = parts.toSorted((a, b) => a.series_id - b.series_id || (a.number ?? 0) - (b.number ?? 0))
  const ids = [...new Set([...placed.map(({ id }) => id), ...patches])]
  if (ids.length > MAX_PATCHES) throw new Invalid(`At most ${MAX_PATCHES} patches can be changed at once.`)
  return ids
}

/** Of a series without patches nothing is changed; who may not change it is refused all the same. */
async function requireOwn(db: Database, actor: Actor, series: EditableSeries): Promise<void> {
  const permit = await permissionsOf(db, actor, 'states')
  if (!permit((viewer) => canEditCover(viewer, series))) throw new Forbidden()
}
