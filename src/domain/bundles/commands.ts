import { canEditBundle, canSeeBundle, isWithinProjects } from '../../auth/permissions.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { Forbidden, Invalid, NotFound } from '../../util/errors.js'
import { type Actor, type Input, type Permit, permissionsOf, readInput } from '../actor.js'
import type { Expected } from '../expectation.js'
import { readEditable } from '../patches/updates.js'
import { type BundleRow, bundlesById } from './queries.js'
import {
  addToBundle,
  type BundleChange,
  deleteBundle,
  insertBundle,
  removeFromBundle,
  reorderBundle,
  updateBundle,
} from './updates.js'

/** Changes of bundles, by their owners only, even for public ones. */

/** Creates a bundle of the actor from patches of one project; returns its id. Throws Invalid as `insertBundle` does. */
export async function createBundle(
  database: Database,
  actor: Actor,
  bundle: { name: string; public: boolean },
  patches: readonly number[],
): Promise<number> {
  return await transaction(database, async (db) => {
    const permit = await permissionsOf(db, actor, 'bundles')
    if (actor.id === null || !permit(() => true)) throw new Forbidden()
    const project_id = await projectOfAll(db, patches)
    requireProject(permit, project_id)
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
    const permit = await requireOwn(db, actor, id)
    const change = await readInput(db, input)
    const moved = change.patches ? { project_id: await projectOfAll(db, change.patches) } : {}
    if (moved.project_id !== undefined) requireProject(permit, moved.project_id)
    await updateBundle(db, id, { ...change, ...moved }, expected)
  })
}

/**
 * Adds patches at the end of a bundle, in order, except those that it contains; returns its name and the number of
 * added patches. Throws NotFound for another user's bundle, and Invalid for patches of another project.
 */
export async function extendBundle(
  database: Database,
  actor: Actor,
  id: number,
  patches: readonly number[],
): Promise<{ name: string; added: number }> {
  return await transaction(database, async (db) => {
    const permit = await permissionsOf(db, actor, 'bundles')
    const [bundle] = await bundlesById(db, [id])
    if (!bundle || !permit((viewer) => canEditBundle(viewer, bundle)))
      throw new NotFound('You have no such bundle.')
    const rows = await readEditable(db, patches)
    if (rows.some(({ project_id }) => project_id !== bundle.project_id))
      throw new Invalid('That bundle belongs to another project.')
    return { name: bundle.name, added: await addToBundle(db, id, patches) }
  })
}

/** Removes patches from a bundle; returns the number of removed ones. Throws NotFound and Forbidden. */
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
 * Reorders the patches of a bundle; `arrange` maps the current order to the new one. Throws NotFound, Forbidden
 * and errors of `arrange`.
 */
export async function arrangeBundle(
  database: Database,
  actor: Actor,
  id: number,
  arrange: (before: readonly number[]) => readonly number[],
): Promise<void> {
  await transaction(database, async (db) => {
    await requireOwn(db, actor, id)
    await reorderBundle(db, id, arrange)
  })
}

/** Deletes a bundle, not its patches. Throws NotFound and Forbidden. */
export async function removeBundle(database: Database, actor: Actor, id: number): Promise<void> {
  await transaction(database, async (db) => {
    await requireOwn(db, actor, id)
    await deleteBundle(db, id)
  })
}

/** Throws NotFound for a bundle that the actor may not see, and Forbidden for one that they may see but not change. */
async function requireOwn(db: Database, actor: Actor, id: number): Promise<Permit> {
  const permit = await permissionsOf(db, actor, 'bundles')
  const [bundle]: BundleRow[] = await bundlesById(db, [id])
  if (!bundle || !permit((viewer) => canSeeBundle(viewer, bundle)))
    throw new NotFound('No Bundle matches the given query.')
  if (!permit((viewer) => canEditBundle(viewer, bundle))) throw new Forbidden()
  return permit
}

/** Throws Forbidden for a bundle of patches of a project that the actor's token is not valid for. */
function requireProject(permit: Permit, projectId: number): void {
  if (!permit((viewer) => isWithinProjects(viewer, projectId))) throw new Forbidden()
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
