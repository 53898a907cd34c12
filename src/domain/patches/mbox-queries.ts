import { sql } from 'kysely'
import type { Ids } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { prepare, prepareShapes } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'

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
    .where((eb) => capabilities(db).anyOf(eb.ref('patches.id'), ids)),
)

const covers = prepare<Ids, Omit<DownloadRow, 'diff' | 'above_diff' | 'delegate_email'>>((db, { ids }) =>
  db
    .selectFrom('covers')
    .innerJoin('cover_texts', 'cover_texts.cover_id', 'covers.id')
    .innerJoin('people', 'people.id', 'covers.submitter_id')
    .select(['covers.id', 'covers.date', 'covers.name', 'covers.project_id'])
    .select(['people.name as submitter_name', 'people.email as submitter_email'])
    .select(['cover_texts.headers', 'cover_texts.content'])
    .where((eb) => capabilities(db).anyOf(eb.ref('covers.id'), ids)),
)

/** Characters of a reply that are looked at for what it adds to a download. */
const MAX_REPLY = 1_000_000

/** Replies are read in groups of about this many bytes. */
const GROUP_BYTES = 4 * 1024 * 1024

interface Reply {
  id: number
  parent: number
  content: string
}

interface ReplySize {
  id: number
  parent: number
  bytes: number
}

type Kind = 'patch' | 'cover'

const replySizes = prepareShapes<Ids, ReplySize, Kind>((db, { ids }, kind) =>
  db
    .selectFrom(`${kind}_comments`)
    .select(['id', `${kind}_id as parent`])
    .select(sql<number>`octet_length(content)`.as('bytes'))
    .where((eb) => capabilities(db).anyOf(eb.ref(`${kind}_id`), ids))
    .orderBy('date')
    .orderBy('id'),
)

const repliesById = prepareShapes<Ids, Reply, Kind>((db, { ids }, kind) =>
  db
    .selectFrom(`${kind}_comments`)
    .select(['id', `${kind}_id as parent`])
    .select(sql<string>`substr(content, 1, ${sql.lit(MAX_REPLY)})`.as('content'))
    .where((eb) => capabilities(db).anyOf(eb.ref('id'), ids)),
)

/** What `reduce` makes of the replies to some mails, by the mail's number and in their order; none is kept whole. */
async function reduceReplies(
  db: Database,
  kind: Kind,
  ids: readonly number[],
  reduce: (reply: string) => string,
): Promise<Map<number, string[]>> {
  const sizes = await replySizes(db, { ids: capabilities(db).listParameter(ids) }, kind, kind)
  const reduced = new Map<number, string>()
  for (let at = 0; at < sizes.length; ) {
    const group: number[] = []
    for (let bytes = 0; at < sizes.length && (group.length === 0 || bytes < GROUP_BYTES); at++) {
      bytes += (sizes[at] as ReplySize).bytes
      group.push((sizes[at] as ReplySize).id)
    }
    const values = { ids: capabilities(db).listParameter(group) }
    for (const { id, content } of await repliesById(db, values, kind, kind)) reduced.set(id, reduce(content))
    // Others are served between two groups.
    if (at < sizes.length) await new Promise(setImmediate)
  }
  const byParent = new Map<number, string[]>()
  for (const { id, parent } of sizes) {
    const text = reduced.get(id)
    if (!text) continue
    const known = byParent.get(parent)
    if (known) known.push(text)
    else byParent.set(parent, [text])
  }
  return byParent
}

export type Download = DownloadRow & { replies: string[] }

/** Patches or covers with all their texts and what `reduce` makes of each reply, in the order of `ids`. */
export async function listDownloads(
  db: Database,
  kind: Kind,
  ids: readonly number[],
  reduce: ((reply: string) => string) | undefined,
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
  const replies = reduce ? await reduceReplies(db, kind, ids, reduce) : new Map<number, string[]>()
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => {
    const row = byId.get(id)
    return row ? [{ ...row, replies: replies.get(id) ?? [] }] : []
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

/** The patches of a series in its order; those without a place in the series only if no patch has one. */
export async function listPatchesOfSeries(
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
