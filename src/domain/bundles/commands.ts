import { canEditBundle, canSeeBundle } from '../../auth/permissions.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { Forbidden, Invalid, NotFound } from '../../util/errors.js'
import { type Actor, type Input, permissionsOf, readInput } from '../actor.js'
import type { Expected } from '../expectation.js'
import { listBundlePatchIds } from '../patches/mbox-queries.js'
import { readEditable } from '../patches/updates.js'
import {
  addToBundle,
  type BundleChange,
  type BundleRow,
  bundlesById,
  deleteBundle,
  insertBundle,
  removeFromBundle,
  reorderBundle,
  updateBundle,
} from './bundles.js'

/** Bundles as their owners change them; nobody else does, however public they are. */

/** Makes a bundle of the actor's from patches of one project; gives its id. Throws Invalid as `insertBundle` does. */
export async function createBundle(
  database: Database,
  actor: Actor,
  bundle: { name: string; public: boolean },
  patches: readonly number[],
): Promise<number> {
  return await transaction(database, async (db) => {
    const permit = await permissionsOf(db, actor)
    if (actor.id === null || !permit(() => true)) throw new Forbidden()
    const project_id = await projectOfAll(db, patches)
    return await insertBundle(db, { ...bundle, owner_id: actor.id, project_id }, patches)
  })
}

/** Changes a bundle. Throws NotFound, Forbidden, Invalid and EditConflict. */
export async function changeBundle(
  database: Database,
  actor: Actor,
  id: number,
  input: Input<Omit<BundleChange, 'project_id'>>,
  expected: Expected<Pick<BundleChange, 'name' | 'public'>> = {},
): Promise<void> {
  await transaction(database, async (db) => {
    await requireOwn(db, actor, id)
    const change = await readInput(db, input)
    const moved = change.patches ? { project_id: await projectOfAll(db, change.patches) } : {}
    await updateBundle(db, id, { ...change, ...moved }, expected)
  })
}

/**
 * Adds patches at the end of a bundle, in their order, except those that it has; gives its name and how many were
 * added. Throws NotFound for a bundle of somebody else's, and Invalid for patches of another project.
 */
export async function extendBundle(
  database: Database,
  actor: Actor,
  id: number,
  patches: readonly number[],
): Promise<{ name: string; added: number }> {
  return await transaction(database, async (db) => {
    const permit = await permissionsOf(db, actor)
    const [bundle] = await bundlesById(db, [id])
    if (!bundle || !permit((viewer) => canEditBundle(viewer, bundle)))
      throw new NotFound('You have no bundle of this name.')
    const rows = await readEditable(db, patches)
    if (rows.some(({ project_id }) => project_id !== bundle.project_id))
      throw new Invalid('That bundle belongs to another project.')
    return { name: bundle.name, added: await addToBundle(db, id, patches) }
  })
}

/** Takes patches out of a bundle; gives how many were in it. Throws NotFound and Forbidden. */
export async function reduceBundle(
  database: Database,
  actor: Actor,
  id: number,
  patches: readonly number[],
): Promise<number> {
  return await transaction(database, async (db) => {
    await requireOwn(db, actor, id)
    return await removeFromBundle(db, id, patches)
  })
}

/**
 * Brings the patches of a bundle into the order that `arrange` makes of the one that it has. Throws NotFound, Forbidden
 * and what `arrange` throws.
 */
export async function arrangeBundle(
  database: Database,
  actor: Actor,
  id: number,
  arrange: (before: readonly number[]) => readonly number[],
): Promise<void> {
  await transaction(database, async (db) => {
    await requireOwn(db, actor, id)
    await reorderBundle(db, id, arrange(await listBundlePatchIds(db, id)))
  })
}

/** Deletes a bundle, not its patches. Throws NotFound and Forbidden. */
export async function removeBundle(database: Database, actor: Actor, id: number): Promise<void> {
  await transaction(database, async (db) => {
    await requireOwn(db, actor, id)
    await deleteBundle(db, id)
  })
}

/** Throws NotFound for a bundle that the actor may not see, and Forbidden for one that they may only see. */
async function requireOwn(db: Database, actor: Actor, id: number): Promise<void> {
  const permit = await permissionsOf(db, actor)
  const [bundle]: BundleRow[] = await bundlesById(db, [id])
  if (!bundle || !permit((viewer) => canSeeBundle(viewer, bundle)))
    throw new NotFound('No Bundle matches the given query.')
  if (!permit((viewer) => canEditBundle(viewer, bundle))) throw new Forbidden()
}

/** The project of a bundle's patches. Throws Invalid if there are none, or of several projects. */
async function projectOfAll(db: Database, ids: readonly number[]): Promise<number> {
  const projects = new Set((await readEditable(db, ids)).map(({ project_id }) => project_id))
  const [first] = projects
  if (first === undefined) throw invalidPatches('Bundles cannot be empty')
  if (projects.size > 1) throw invalidPatches('Bundle patches must belong to the same project')
  return first
}

function invalidPatches(sentence: string): Invalid {
  return new Invalid(sentence, { patches: [sentence] })
}
