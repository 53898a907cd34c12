import { sql } from 'kysely'
import { capabilities } from '../../db/dialect/dialect.js'
import { prepare } from '../../db/prepared.js'
import type { Database, Time } from '../../db/schema.js'

/** What is read to find out again what was once found out of patches. */

const BATCH = 200

export interface RecomputeRow {
  id: number
  project_id: number
  date: Time
  hash: string | null
  headers: string
  content: string
  diff: string | null
  above_diff: number | null
  diff_bytes: string | null
  /** Null until it is computed. */
  sha256: string | null
}

/** Some patches with their texts, by number, from behind the number `after` on; of some numbers or of a project. */
export async function listPatchBatch(
  db: Database,
  after: number,
  { ids, project }: { ids?: readonly number[] | undefined; project?: number } = {},
): Promise<RecomputeRow[]> {
  let query = db
    .selectFrom('patches')
    .innerJoin('patch_texts', 'patch_texts.patch_id', 'patches.id')
    .leftJoin('patch_hashes', 'patch_hashes.patch_id', 'patches.id')
    .select(['patches.id', 'patches.project_id', 'patches.date', 'patches.hash', 'patch_hashes.sha256'])
    .select(['patch_texts.headers', 'patch_texts.content', 'patch_texts.diff'])
    .select(['patch_texts.above_diff', 'patch_texts.diff_bytes'])
    .where('patches.id', '>', after)
  if (ids) query = query.where(capabilities(db).anyOf(sql.ref('patches.id'), ids))
  if (project !== undefined) query = query.where('patches.project_id', '=', project)
  return await query.orderBy('patches.id').limit(BATCH).execute()
}

const messages = prepare<{ patch: number }, { content: string }>((db, { patch }) =>
  db.selectFrom('patch_comments').select('content').where('patch_id', '=', patch).orderBy('id'),
)

/** The texts of a patch's comments. */
export async function listMessages(db: Database, patch: number): Promise<string[]> {
  return (await messages(db, { patch })).map(({ content }) => content)
}

const hashOf = prepare<{ id: number; hash: string | null }, never>((db, { id, hash }) =>
  db.updateTable('patches').set({ hash }).where('id', '=', id),
)

/** Says what the hash of a patch is. */
export async function setHash(db: Database, id: number, hash: string | null): Promise<void> {
  await hashOf(db, { id, hash })
}

/** How many patches there are. */
export async function countPatches(db: Database): Promise<number> {
  const row = await db
    .selectFrom('patches')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirst()
  return row?.count ?? 0
}

/** What people decided on a patch. */
export async function readPatchState(
  db: Database,
  id: number,
): Promise<{ state_id: number; relation_id: number | null } | undefined> {
  return await db
    .selectFrom('patches')
    .select(['state_id', 'relation_id'])
    .where('id', '=', id)
    .executeTakeFirst()
}
