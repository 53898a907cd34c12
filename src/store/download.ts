import { capabilities } from '../db/dialect/dialect.js'
import { prepare } from '../db/prepared.js'
import type { Database } from '../db/schema.js'

/** A mail to be downloaded, without its replies. */
export interface DownloadRow {
  id: number
  date: string
  name: string
  project_id: number
  submitter_name: string | null
  submitter_email: string
  delegate_email: string | null
  headers: string
  content: string
  diff: string | null
  above_diff: number | null
}

interface Ids {
  ids: unknown
}

const patches = prepare<Ids, DownloadRow>((db, { ids }) =>
  db
    .selectFrom('patches')
    .innerJoin('patch_texts', 'patch_texts.patch_id', 'patches.id')
    .innerJoin('people', 'people.id', 'patches.submitter_id')
    .leftJoin('users', 'users.id', 'patches.delegate_id')
    .select(['patches.id', 'patches.date', 'patches.name', 'patches.project_id'])
    .select(['people.name as submitter_name', 'people.email as submitter_email'])
    .select([
      'users.email as delegate_email',
      'patch_texts.headers',
      'patch_texts.content',
      'patch_texts.diff',
      'patch_texts.above_diff',
    ])
    .where((eb) => capabilities(db).anyOf(eb.ref('patches.id'), ids as never)),
)

const covers = prepare<Ids, Omit<DownloadRow, 'diff' | 'above_diff' | 'delegate_email'>>((db, { ids }) =>
  db
    .selectFrom('covers')
    .innerJoin('cover_texts', 'cover_texts.cover_id', 'covers.id')
    .innerJoin('people', 'people.id', 'covers.submitter_id')
    .select(['covers.id', 'covers.date', 'covers.name', 'covers.project_id'])
    .select(['people.name as submitter_name', 'people.email as submitter_email'])
    .select(['cover_texts.headers', 'cover_texts.content'])
    .where((eb) => capabilities(db).anyOf(eb.ref('covers.id'), ids as never)),
)

interface Reply {
  parent: number
  content: string
}

const patchReplies = prepare<Ids, Reply>((db, { ids }) =>
  db
    .selectFrom('patch_comments')
    .select(['patch_id as parent', 'content'])
    .where((eb) => capabilities(db).anyOf(eb.ref('patch_id'), ids as never))
    .orderBy('date')
    .orderBy('id'),
)

const coverReplies = prepare<Ids, Reply>((db, { ids }) =>
  db
    .selectFrom('cover_comments')
    .select(['cover_id as parent', 'content'])
    .where((eb) => capabilities(db).anyOf(eb.ref('cover_id'), ids as never))
    .orderBy('date')
    .orderBy('id'),
)

export type Download = DownloadRow & { replies: string[] }

/** Patches or covers with all their texts and those of their replies, in the order of `ids`. */
export async function listDownloads(
  db: Database,
  kind: 'patch' | 'cover',
  ids: readonly number[],
): Promise<Download[]> {
  const values = { ids: capabilities(db).listParameter(ids) }
  const rows =
    kind === 'patch'
      ? await patches(db, values)
      : (await covers(db, values)).map((row) => ({
          ...row,
          diff: null,
          above_diff: null,
          delegate_email: null,
        }))
  const replies = await (kind === 'patch' ? patchReplies : coverReplies)(db, values)
  const byParent = Map.groupBy(replies, ({ parent }) => parent)
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => {
    const row = byId.get(id)
    return row ? [{ ...row, replies: (byParent.get(id) ?? []).map(({ content }) => content) }] : []
  })
}

interface Submission {
  id: number
  name: string
  series_id: number | null
  number: number | null
}

const patchOfMail = prepare<{ project: number; msgid: string }, Submission>((db, { project, msgid }) =>
  db
    .selectFrom('patches')
    .select(['id', 'name', 'series_id', 'number'])
    .where('msgid', '=', msgid)
    .where('project_id', '=', project),
)

/** The patch of a message id, with its place in its series. */
export async function findPatchOfMail(
  db: Database,
  project: number,
  msgid: string,
): Promise<Submission | undefined> {
  return (await patchOfMail(db, { project, msgid }))[0]
}

/** The patches of a series by their place; what stands outside its numbers only where there is nothing else. */
export async function listPatchIds(
  db: Database,
  series: number,
): Promise<{ id: number; number: number | null }[]> {
  const rows = await db
    .selectFrom('patches')
    .select(['id', 'number'])
    .where('series_id', '=', series)
    .orderBy('number')
    .execute()
  const numbered = rows.filter(({ number }) => number !== null)
  return numbered.length > 0 ? numbered : rows
}

/** A bundle by its owner's name and its own. */
export async function findBundle(
  db: Database,
  owner: string,
  name: string,
): Promise<{ id: number; owner_id: number; public: number; name: string } | undefined> {
  return await db
    .selectFrom('bundles')
    .innerJoin('users', 'users.id', 'bundles.owner_id')
    .select(['bundles.id', 'bundles.owner_id', 'bundles.public', 'bundles.name'])
    .where('users.username', '=', owner)
    .where('bundles.name', '=', name)
    .executeTakeFirst()
}

/** The patches of a bundle in its own order. */
export async function listBundlePatchIds(db: Database, bundle: number): Promise<number[]> {
  const rows = await db
    .selectFrom('bundle_patches')
    .select('patch_id')
    .where('bundle_id', '=', bundle)
    .orderBy('position')
    .execute()
  return rows.map(({ patch_id }) => patch_id)
}
