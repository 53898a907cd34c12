import { capabilities } from '../db/dialect/dialect.js'
import { insertRows, prepare } from '../db/prepared.js'
import type { Database } from '../db/schema.js'
import { transaction } from '../db/transaction.js'
import { Invalid } from '../errors.js'
import { byIds } from './by-id.js'
import type { SubmissionRow } from './read.js'

export interface NewBundle {
  owner_id: number
  project_id: number
  name: string
  public: boolean
}

export interface BundleChange {
  name?: string
  public?: boolean
  project_id?: number
  /** In the order that they are to be applied. */
  patches?: readonly number[]
}

/** Stores a bundle of patches in their order. Throws Invalid if its owner has another of that name. */
export async function insertBundle(
  database: Database,
  bundle: NewBundle,
  patches: readonly number[],
): Promise<number> {
  return await namingOnce(database, async (db) => {
    const { id } = await db.insertInto('bundles').values(bundle).returning('id').executeTakeFirstOrThrow()
    await insertPatches(db, id, patches)
    return id
  })
}

/** Changes a bundle; `patches` replaces all that it had. Throws Invalid if its owner has another of that name. */
export async function updateBundle(database: Database, id: number, change: BundleChange): Promise<void> {
  const { patches, ...fields } = change
  await namingOnce(database, async (db) => {
    if (Object.keys(fields).length > 0)
      await db.updateTable('bundles').set(fields).where('id', '=', id).execute()
    if (!patches) return
    await db.deleteFrom('bundle_patches').where('bundle_id', '=', id).execute()
    await insertPatches(db, id, patches)
  })
}

/** Adds patches at the end of a bundle, in their order, except those that it has; gives how many were added. */
export async function addToBundle(
  database: Database,
  id: number,
  patches: readonly number[],
): Promise<number> {
  return await transaction(database, async (db) => {
    const rows = await db
      .selectFrom('bundle_patches')
      .select(['patch_id', 'position'])
      .where('bundle_id', '=', id)
      .execute()
    const known = new Set(rows.map(({ patch_id }) => patch_id))
    const added = patches.filter((patch) => !known.has(patch))
    await insertPatches(db, id, added, Math.max(0, ...rows.map(({ position }) => position)))
    return added.length
  })
}

/** Deletes a bundle, not its patches. */
export async function deleteBundle(database: Database, id: number): Promise<void> {
  await transaction(database, async (db) => {
    await db.deleteFrom('bundle_patches').where('bundle_id', '=', id).execute()
    await db.deleteFrom('bundles').where('id', '=', id).execute()
  })
}

/** Stores patches of a bundle behind the position `last`. */
async function insertPatches(
  db: Database,
  bundle: number,
  patches: readonly number[],
  last = 0,
): Promise<void> {
  const rows = patches.map((patch_id, index) => ({
    bundle_id: bundle,
    patch_id,
    position: last + index + 1,
  }))
  await insertRows(db, 'bundle_patches', rows)
}

const TAKEN = 'You have another bundle of this name.'

async function namingOnce<T>(db: Database, work: (db: Database) => Promise<T>): Promise<T> {
  try {
    return await transaction(db, work)
  } catch (error) {
    if (capabilities(db).isUniqueViolation(error)) throw new Invalid(TAKEN, { name: [TAKEN] })
    throw error
  }
}

export interface BundleRow {
  id: number
  owner_id: number
  project_id: number
  name: string
  public: number
}

/** The bundles of a user in a project, by name. */
export async function listBundlesOf(db: Database, owner: number, project: number): Promise<BundleRow[]> {
  return await ofOwner(db, { owner, project })
}

const ofOwner = prepare<{ owner: number; project: number }, BundleRow>((db, { owner, project }) =>
  db
    .selectFrom('bundles')
    .selectAll()
    .where('owner_id', '=', owner)
    .where('project_id', '=', project)
    .orderBy('name'),
)

export const bundlesById = byIds<BundleRow>(
  (db, ids) =>
    db
      .selectFrom('bundles')
      .selectAll()
      .where((eb) => capabilities(db).anyOf(eb.ref('id'), ids)) as never,
)

export interface BundlePatchRow extends SubmissionRow {
  bundle_id: number
  position: number
}

/** The patches of some bundles, by their number. */
export const patchesByBundle = byIds<BundlePatchRow>(
  (db, ids) =>
    db
      .selectFrom('bundle_patches')
      .innerJoin('patches', 'patches.id', 'bundle_patches.patch_id')
      .select(['patches.id', 'patches.project_id', 'patches.msgid', 'patches.date', 'patches.name'])
      .select(['bundle_patches.bundle_id', 'bundle_patches.position'])
      .where((eb) => capabilities(db).anyOf(eb.ref('bundle_patches.bundle_id'), ids))
      .orderBy('patches.id') as never,
)
