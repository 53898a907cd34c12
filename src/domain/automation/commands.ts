import { canEditPatch, canEditProject } from '../../auth/permissions.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { Forbidden } from '../../util/errors.js'
import { type Actor, permissionsOf } from '../actor.js'
import { type EditablePatch, type PatchGroup, readEditable, updatePatchGroups } from '../patches/updates.js'
import { recordSuperseded } from '../series-events/updates.js'
import { getSuggestion, type OpenItem, openItemsOf, type SuggestionRow } from './queries.js'
import { deleteSuggestions, markDismissed } from './updates.js'

/** What people do with the suggestions of rules. */

/** What became of a suggestion. */
export interface Followed {
  /** The batches by which it can be undone. */
  readonly batches: number[]
  /** Number of changed patches. */
  readonly count: number
}

/**
 * Makes the changes that a rule suggests, as far as they are still to be made, as one change that names the rule. For
 * those who may change all of the patches. Throws NotFound and Forbidden.
 */
export async function followSuggestion(
  database: Database,
  actor: Actor,
  projectId: number,
  id: number,
): Promise<Followed> {
  return await transaction(database, async (db) => {
    const suggestion = await getSuggestion(db, projectId, id)
    const items = await openItemsOf(db, [id])
    const patches = await requireEditable(db, actor, items)
    const groups = items.flatMap((item): PatchGroup[] => {
      const patch = patches.get(item.patch_id)
      return patch ? [{ patches: [patch], change: changeOf(item) }] : []
    })
    const { rule, evidence, series_id } = suggestion
    const batches = await updatePatchGroups(db, joined(groups), actor, { rule, evidence })
    if (rule === 'superseded' && series_id !== null) await tellSuperseded(db, actor, suggestion, items)
    await deleteSuggestions(db, [id])
    return { batches, count: groups.length }
  })
}

/** Dismisses a suggestion: the rule does not suggest it again. For the same people, and the project's maintainers. */
export async function dismissSuggestion(
  database: Database,
  actor: Actor,
  projectId: number,
  id: number,
): Promise<void> {
  await transaction(database, async (db) => {
    const suggestion = await getSuggestion(db, projectId, id)
    const permit = await permissionsOf(db, actor, 'states')
    if (!permit((viewer) => canEditProject(viewer, { id: suggestion.project_id })))
      await requireEditable(db, actor, await openItemsOf(db, [id]))
    await markDismissed(db, id, actor.time)
  })
}

/** The patches of some suggested changes, by id. Throws Forbidden unless the actor may change all of them. */
async function requireEditable(
  db: Database,
  actor: Actor,
  items: readonly OpenItem[],
): Promise<Map<number, EditablePatch>> {
  const patches = await readEditable(db, [...new Set(items.map(({ patch_id }) => patch_id))])
  const permit = await permissionsOf(db, actor, 'states')
  if (patches.length === 0 || !patches.every((patch) => permit((viewer) => canEditPatch(viewer, patch))))
    throw new Forbidden()
  return new Map(patches.map((patch) => [patch.id, patch]))
}

function changeOf({ state_id, archived, commit_ref }: OpenItem): PatchGroup['change'] {
  return {
    ...(state_id === null ? {} : { state_id }),
    ...(archived === null ? {} : { archived }),
    ...(commit_ref === null ? {} : { commit_ref: commit_ref === '' ? null : commit_ref }),
  }
}

/** Patches that change in the same way are written at once. */
function joined(groups: readonly PatchGroup[]): PatchGroup[] {
  return [...Map.groupBy(groups, ({ change }) => JSON.stringify(change)).values()].map((same) => ({
    patches: same.flatMap(({ patches }) => patches),
    change: (same[0] as PatchGroup).change,
  }))
}

async function tellSuperseded(
  db: Database,
  actor: Actor,
  { project_id, series_id: other_id }: SuggestionRow,
  items: readonly OpenItem[],
): Promise<void> {
  const series = new Set(items.flatMap(({ series_id }) => series_id ?? []))
  const rows = [...series]
    .filter((id) => id !== other_id)
    .map((series_id) => ({ project_id, series_id, other_id }))
  await recordSuperseded(db, rows, actor)
}
