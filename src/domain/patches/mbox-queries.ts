import { type SqlBool, sql } from 'kysely'
import type { Ids } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { prepare, prepareShapes } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'
import { sizeOfTexts } from './text-sizes.js'

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
  diff_bytes: string | null
}

/** The same, with whether there are replies. */
type FoundRow = DownloadRow & { is_answered: SqlBool }

function isAnswered(db: Database, kind: Kind, table: 'patches' | 'covers') {
  const replies = db
    .selectFrom(`${kind}_comments`)
    .select('id')
    .where(sql.ref(`${kind}_id`), '=', sql.ref(`${table}.id`))
  return sql<SqlBool>`exists ${replies}`.as('is_answered')
}

const patches = prepare<Ids, FoundRow>((db, { ids }) =>
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
      'patch_texts.diff_bytes',
      isAnswered(db, 'patch', 'patches'),
    ])
    .where((eb) => capabilities(db).anyOf(eb.ref('patches.id'), ids)),
)

const covers = prepare<Ids, Omit<FoundRow, 'diff' | 'above_diff' | 'diff_bytes' | 'delegate_email'>>(
  (db, { ids }) =>
    db
      .selectFrom('covers')
      .innerJoin('cover_texts', 'cover_texts.cover_id', 'covers.id')
      .innerJoin('people', 'people.id', 'covers.submitter_id')
      .select(['covers.id', 'covers.date', 'covers.name', 'covers.project_id'])
      .select(['people.name as submitter_name', 'people.email as submitter_email'])
      .select(['cover_texts.headers', 'cover_texts.content', isAnswered(db, 'cover', 'covers')])
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

const NO_REPLIES: ReadonlyMap<number, string[]> = new Map()

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
          diff_bytes: null,
          delegate_email: null,
        }))
  const answered = rows.flatMap(({ id, is_answered }) => (is_answered ? [id] : []))
  const replies = reduce && answered.length > 0 ? await reduceReplies(db, kind, answered, reduce) : NO_REPLIES
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => {
    const row = byId.get(id)
    return row ? [{ ...row, replies: replies.get(id) ?? [] }] : []
  })
}

/** A patch, with its place in its series. */
export interface PlacedPatch {
  id: number
  name: string
  series_id: number | null
  number: number | null
  /** The total bytes of its texts. */
  bytes: number
}

function selectPlaced(db: Database) {
  return db
    .selectFrom('patches')
    .innerJoin('patch_texts', 'patch_texts.patch_id', 'patches.id')
    .select(['patches.id', 'patches.name', 'patches.series_id', 'patches.number'])
    .select(sizeOfTexts('patch').as('bytes'))
}

const patchOfMail = prepare<{ project: number; msgid: string }, PlacedPatch>((db, { project, msgid }) =>
  selectPlaced(db).where('msgid', '=', msgid).where('project_id', '=', project),
)

/** The patch of a message id. */
export async function findPatchOfMail(
  db: Database,
  project: number,
  msgid: string,
): Promise<PlacedPatch | undefined> {
  return (await patchOfMail(db, { project, msgid }))[0]
}

const patchesOfSeries = prepare<{ series: number }, PlacedPatch>((db, { series }) =>
  selectPlaced(db).where('series_id', '=', series).orderBy('number'),
)

/** The patches of a series in its order; those without a place in the series only if no patch has one. */
export async function listPatchesOfSeries(db: Database, series: number): Promise<PlacedPatch[]> {
  return inPlace(await patchesOfSeries(db, { series }))
}

function inPlace(all: PlacedPatch[]): PlacedPatch[] {
  const numbered = all.filter(({ number }) => number !== null)
  return numbered.length > 0 ? numbered : all
}

const seriesWithPatches = prepare<{ series: number }, PlacedPatch & { title: string | null }>(
  (db, { series }) =>
    db
      .selectFrom('series')
      .leftJoin('patches', 'patches.series_id', 'series.id')
      .leftJoin('patch_texts', 'patch_texts.patch_id', 'patches.id')
      .select(['patches.id', 'patches.name', 'patches.series_id', 'patches.number'])
      .select([sizeOfTexts('patch').as('bytes'), 'series.name as title'])
      .where('series.id', '=', series)
      .orderBy('number')
      .$castTo<PlacedPatch & { title: string | null }>(),
)

/** The name of a series and its patches, as `listPatchesOfSeries` has them; undefined without such a series. */
export async function findSeriesWithPatches(
  db: Database,
  series: number,
): Promise<{ name: string | null; patches: PlacedPatch[] } | undefined> {
  const rows = await seriesWithPatches(db, { series })
  const [first] = rows
  // A series without patches is one row without a patch.
  return first && { name: first.title, patches: inPlace(rows.filter(({ id }) => id !== null)) }
}

/** A bundle by its owner's name and its own. */
export async function findBundle(
  db: Database,
  owner: string,
  name: string,
): Promise<{ id: number; owner_id: number; project_id: number; public: number; name: string } | undefined> {
  return await db
    .selectFrom('bundles')
    .innerJoin('users', 'users.id', 'bundles.owner_id')
    .select(['bundles.id', 'bundles.owner_id', 'bundles.project_id', 'bundles.public', 'bundles.name'])
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
