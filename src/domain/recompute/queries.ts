import { sql } from 'kysely'
import { capabilities } from '../../db/dialect/dialect.js'
import { prepare } from '../../db/prepared.js'
import type { Database, Time } from '../../db/schema.js'
import type { CommentPlace, Parent } from '../comments/queries.js'

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

/** A comment with its mail. */
export interface Message {
  id: number
  msgid: string
  place: CommentPlace
  headers: string
  content: string
}

interface MessageRow extends Omit<Message, 'place'> {
  answered_cover_id: number | null
}

const ofPatch = prepare<{ id: number }, MessageRow>((db, { id }) =>
  db
    .selectFrom('patch_comments')
    .select(['id', 'msgid', 'answered_cover_id', 'headers', 'content'])
    .where('patch_id', '=', id)
    .orderBy('id'),
)

const ofCover = prepare<{ id: number }, MessageRow>((db, { id }) =>
  db
    .selectFrom('cover_comments')
    .select(['id', 'msgid', 'answered_cover_id', 'headers', 'content'])
    .where('cover_id', '=', id)
    .orderBy('id'),
)

/** The comments that are stored with a patch or a cover. */
export async function listMessages(db: Database, { kind, id }: Parent): Promise<Message[]> {
  const rows = await (kind === 'patch' ? ofPatch : ofCover)(db, { id })
  return rows.map(({ answered_cover_id: answeredCover, ...row }) => ({
    ...row,
    place: { kind, id, answeredCover },
  }))
}

/** The covers of the series of some patches. */
export async function coversOfPatches(
  db: Database,
  ids: readonly number[],
): Promise<{ id: number; project_id: number }[]> {
  return await db
    .selectFrom('patches as p')
    .innerJoin('series as s', 's.id', 'p.series_id')
    .innerJoin('covers as c', 'c.id', 's.cover_id')
    .select(['c.id', 'c.project_id'])
    .distinct()
    .where((eb) => capabilities(db).anyOf(eb.ref('p.id'), ids))
    .orderBy('c.id')
    .execute()
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
