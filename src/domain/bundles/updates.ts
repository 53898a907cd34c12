import { sql } from 'kysely'
import { capabilities } from '../../db/dialect/dialect.js'
import { insertRows } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { Invalid, NotFound } from '../../util/errors.js'
import { type Expected, requireExpected } from '../expectation.js'
import { listBundlePatchIds } from '../patches/mbox-queries.js'
import { MAX_BUNDLES, requireName, requireSize } from './rules.js'

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
  /** In the order of application. */
  patches?: readonly number[]
}

/** Throws Invalid for a user with the maximum number of bundles. */
async function requireBundleQuota(db: Database, owner: number): Promise<void> {
  const count = sql<number>`count(*)`.as('count')
  const row = await db.selectFrom('bundles').select(count).where('owner_id', '=', owner).executeTakeFirst()
  if ((row?.count ?? 0) < MAX_BUNDLES) return
  const sentence = `You have ${MAX_BUNDLES} bundles, and nobody may have more; delete some first.`
  throw new Invalid(sentence, { name: [sentence] })
}

/** Stores a bundle of patches, in order. Throws Invalid for an invalid name, or one that its owner already uses. */
export async function insertBundle(
  database: Database,
  bundle: NewBundle,
  patches: readonly number[],
): Promise<number> {
  requireName(bundle.name)
  requireSize(patches.length)
  return await namingOnce(database, async (db) => {
    await requireBundleQuota(db, bundle.owner_id)
    const { id } = await db.insertInto('bundles').values(bundle).returning('id').executeTakeFirstOrThrow()
    await insertPatches(db, id, patches)
    return id
  })
}

/**
 * Changes a bundle; `patches` replaces all its patches. Throws Invalid for a name as above, and EditConflict if its
 * name or its visibility is not as `expected`.
 */
export async function updateBundle(
  database: Database,
  id: number,
  change: BundleChange,
  expected: Expected<Pick<BundleChange, 'name' | 'public'>> = {},
): Promise<void> {
  const { patches, ...fields } = change
  if (fields.name !== undefined) requireName(fields.name)
  if (patches) requireSize(patches.length)
  await namingOnce(database, async (db) => {
    if (Object.keys(expected).length > 0) await requireAsShown(db, id, fields, expected)
    if (Object.keys(fields).length > 0)
      await db.updateTable('bundles').set(fields).where('id', '=', id).execute()
    if (!patches) return
    await db.deleteFrom('bundle_patches').where('bundle_id', '=', id).execute()
    await insertPatches(db, id, patches)
  })
}

async function requireAsShown(db: Database, id: number, change: object, expected: object): Promise<void> {
  const row = await db.selectFrom('bundles').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw new NotFound()
  requireExpected(row, change, expected)
}

/** Adds patches at the end of a bundle, in order, except those that it contains; returns the number of added ones. */
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
    if (added.length > 0) requireSize(known.size + added.length)
    const last = rows.reduce((most, { position }) => Math.max(most, position), 0)
    await insertPatches(db, id, added, last)
    return added.length
  })
}

/** Removes patches from a bundle; returns the number of removed ones. */
export async function removeFromBundle(
  db: Database,
  id: number,
  patches: readonly number[],
): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('bundle_patches')
    .where('bundle_id', '=', id)
    .where((eb) => capabilities(db).anyOf(eb.ref('patch_id'), patches))
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/**
 * Reorders the patches of a bundle: `arrange` maps the current order to the new one. Patches that the new order does not
 * name come last; patches that the bundle does not have are ignored. Throws errors of `arrange`.
 */
export async function reorderBundle(
  database: Database,
  id: number,
  arrange: (before: readonly number[]) => readonly number[],
): Promise<void> {
  await transaction(database, async (db) => {
    const before = await listBundlePatchIds(db, id)
    const order = arrange(before)
    const isThere = new Set(before)
    const after = new Set(order.filter((patch) => isThere.has(patch)))
    const rest = before.filter((patch) => !after.has(patch))
    await db.deleteFrom('bundle_patches').where('bundle_id', '=', id).execute()
    await insertPatches(db, id, [...after, ...rest])
  })
}

/** Deletes a bundle, not its patches. */
export async function deleteBundle(database: Database, id: number): Promise<void> {
  await transaction(database, async (db) => {
    await db.deleteFrom('bundle_patches').where('bundle_id', '=', id).execute()
    await db.deleteFrom('bundles').where('id', '=', id).execute()
  })
}

/** Stores patches of a bundle after the position `last`. */
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

const NAME_TAKEN = 'You have another bundle of this name.'

async function namingOnce<T>(db: Database, work: (db: Database) => Promise<T>): Promise<T> {
  try {
    return await transaction(db, work)
  } catch (error) {
    if (capabilities(db).isUniqueViolation(error)) throw new Invalid(NAME_TAKEN, { name: [NAME_TAKEN] })
    throw error
  }
}
