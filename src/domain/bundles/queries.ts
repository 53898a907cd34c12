import { sql } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { prepare } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'
import type { SubmissionRow } from '../mails/submissions.js'
import { MAX_BUNDLES } from './rules.js'

export interface BundleRow {
  id: number
  owner_id: number
  project_id: number
  name: string
  public: number
}

/** The bundles of a user in a project, by name; at most the allowed number plus one, which indicates more. */
export async function listBundlesOf(db: Database, owner: number, project: number): Promise<BundleRow[]> {
  return await ofOwner(db, { owner, project })
}

const ofOwner = prepare<{ owner: number; project: number }, BundleRow>((db, { owner, project }) =>
  db
    .selectFrom('bundles')
    .selectAll()
    .where('owner_id', '=', owner)
    .where('project_id', '=', project)
    .orderBy('name')
    .limit(MAX_BUNDLES + 1),
)

/** A bundle with its owner's name and its number of patches. */
export interface ListedBundle extends BundleRow {
  owner: string
  patches: number
}

const PATCHES = sql<number>`(select count(*) from bundle_patches where bundle_id = bundles.id)`

function selectListed(db: Database) {
  return db
    .selectFrom('bundles')
    .innerJoin('users', 'users.id', 'bundles.owner_id')
    .selectAll('bundles')
    .select('users.username as owner')
    .select(PATCHES.as('patches'))
}

/** The bundles of a user, in all projects or in one, by name. */
export async function listOwnBundles(db: Database, owner: number, project?: number): Promise<ListedBundle[]> {
  let query = selectListed(db).where('bundles.owner_id', '=', owner)
  if (project !== undefined) query = query.where('bundles.project_id', '=', project)
  return await query.orderBy('bundles.name').execute()
}

/** The bundles of a project that are public and not the user's own; the newest first. */
export async function listOthersBundles(
  db: Database,
  project: number,
  user: number,
  limit: number,
): Promise<ListedBundle[]> {
  return await selectListed(db)
    .where('bundles.project_id', '=', project)
    .where('bundles.public', '=', 1)
    .where('bundles.owner_id', '!=', user)
    .orderBy('bundles.id', 'desc')
    .limit(limit)
    .execute()
}

/** A bundle by its owner's name and its own. */
export async function findListedBundle(
  db: Database,
  owner: string,
  name: string,
): Promise<ListedBundle | undefined> {
  return await selectListed(db)
    .where('users.username', '=', owner)
    .where('bundles.name', '=', name)
    .executeTakeFirst()
}

/** A bundle by its id. */
export async function findBundleById(db: Database, id: number): Promise<ListedBundle | undefined> {
  return await selectListed(db).where('bundles.id', '=', id).executeTakeFirst()
}

/** All bundles of a user, by name. */
export async function listAllBundlesOf(db: Database, owner: number): Promise<BundleRow[]> {
  return await db.selectFrom('bundles').selectAll().where('owner_id', '=', owner).orderBy('name').execute()
}

export const bundlesById = byIds<BundleRow>((db, ids) =>
  db
    .selectFrom('bundles')
    .selectAll()
    .where((eb) => capabilities(db).anyOf(eb.ref('id'), ids)),
)

export interface BundlePatchRow extends SubmissionRow {
  bundle_id: number
  position: number
}

/** The patches of some bundles, by bundle id. */
export const patchesByBundle = byIds<BundlePatchRow>((db, ids) =>
  db
    .selectFrom('bundle_patches')
    .innerJoin('patches', 'patches.id', 'bundle_patches.patch_id')
    .select(['patches.id', 'patches.project_id', 'patches.msgid', 'patches.date', 'patches.name'])
    .select(['bundle_patches.bundle_id', 'bundle_patches.position'])
    .where((eb) => capabilities(db).anyOf(eb.ref('bundle_patches.bundle_id'), ids))
    .orderBy('patches.id'),
)
