import { sql } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { insertRows, prepare, prepareForTexts } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'
import { inParts } from '../../util/batches.js'
import { nameKey } from '../topics/posting.js'

/** The patches that a commit may be. */

export interface CandidatePatch {
  id: number
  msgid: string
  name: string
  date: string
  hash: string | null
  diff_key: string | null
  series_id: number | null
  version: number | null
  topic_id: number | null
  /** In lower case. */
  submitter_email: string
  submitter_name: string | null
  /** The beginning of its message, which may name another author. */
  beginning: string
}

/** Number of characters of a message that may name its author. */
const MAX_BEGINNING = 400

/** Maximum number of patches that one name or digest leads to. */
const MAX_FOUND = 2000

function selectCandidates(db: Database) {
  return db
    .selectFrom('patches as p')
    .innerJoin('people', 'people.id', 'p.submitter_id')
    .innerJoin('patch_texts as t', 't.patch_id', 'p.id')
    .leftJoin('patch_keys as k', 'k.patch_id', 'p.id')
    .leftJoin('series as s', 's.id', 'p.series_id')
    .leftJoin('topic_members as m', 'm.series_id', 'p.series_id')
    .select([
      'p.id',
      'p.msgid',
      'p.name',
      'p.date',
      'p.hash',
      'k.diff_key',
      'p.series_id',
      's.version',
      'm.topic_id',
    ])
    .select(['people.email_key as submitter_email', 'people.name as submitter_name'])
    .select(sql<string>`substr(t.content, 1, ${sql.lit(MAX_BEGINNING)})`.as('beginning'))
    .orderBy('p.id', 'desc')
    .limit(MAX_FOUND)
}

const byText = (column: 'p.msgid' | 'p.hash' | 'k.diff_key' | 'k.name_key') =>
  prepareForTexts<{ project: number }, CandidatePatch>((db, { project }, texts) =>
    selectCandidates(db)
      .where(sql.ref<number>(column.startsWith('k.') ? 'k.project_id' : 'p.project_id'), '=', project)
      .where(sql.ref<string>(column), 'in', texts),
  )

const byMessageId = byText('p.msgid')
const byHash = byText('p.hash')
const byDiffKey = byText('k.diff_key')
const byNameKey = byText('k.name_key')

const bySeries = byIds<CandidatePatch>((db, ids) =>
  selectCandidates(db).where((eb) => capabilities(db).anyOf(eb.ref('p.series_id'), ids)),
)

const coverSeries = prepareForTexts<{ project: number }, { msgid: string; id: number }>(
  (db, { project }, texts) =>
    db
      .selectFrom('covers as c')
      .innerJoin('series as s', 's.cover_id', 'c.id')
      .select(['c.msgid', 's.id'])
      .where('c.project_id', '=', project)
      .where('c.msgid', 'in', texts),
)

/** A patch with the message id of the cover of its series. */
export interface ArrivedPatch extends CandidatePatch {
  cover_msgid: string | null
}

const arrived = prepare<{ project: number; after: number; upTo: number; limit: number }, ArrivedPatch>(
  (db, { project, after, upTo, limit }) =>
    selectCandidates(db)
      .clearOrderBy()
      .clearLimit()
      .leftJoin('covers as c', 'c.id', 's.cover_id')
      .select('c.msgid as cover_msgid')
      .where('p.project_id', '=', project)
      .where('p.id', '>', after)
      .where('p.id', '<=', upTo)
      .orderBy('p.id')
      .limit(limit),
)

/** The next patches of a project after one, up to another one. */
export async function listArrived(
  db: Database,
  project: number,
  range: { after: number; upTo: number; limit: number },
): Promise<ArrivedPatch[]> {
  return await arrived(db, { project, ...range })
}

/** What commits are looked for by. */
export interface CommitKeys {
  readonly msgids: readonly string[]
  readonly hashes: readonly string[]
  readonly diffKeys: readonly string[]
  readonly nameKeys: readonly string[]
}

/** Maximum number of texts that one statement looks for. */
export const MAX_TEXTS = 64

/** The patches of a project that have one of the keys; those of a series whose cover is named among them. */
export async function findCandidates(
  db: Database,
  project: number,
  { msgids, hashes, diffKeys, nameKeys }: CommitKeys,
): Promise<{ patches: CandidatePatch[]; seriesOfCover: ReadonlyMap<string, number> }> {
  const found = new Map<number, CandidatePatch>()
  const add = (rows: readonly CandidatePatch[]) => {
    for (const row of rows) found.set(row.id, row)
  }
  for (const [find, texts] of [
    [byMessageId, msgids],
    [byHash, hashes],
    [byDiffKey, diffKeys],
    [byNameKey, nameKeys],
  ] as const)
    for (const some of inParts([...new Set(texts)], MAX_TEXTS)) add(await find(db, { project }, some))
  const covers: { msgid: string; id: number }[] = []
  for (const some of inParts([...new Set(msgids)], MAX_TEXTS))
    covers.push(...(await coverSeries(db, { project }, some)))
  add(await bySeries(db, [...new Set(covers.map(({ id }) => id))]))
  return { patches: [...found.values()], seriesOfCover: new Map(covers.map(({ msgid, id }) => [msgid, id])) }
}

/** The diff and name of a patch whose keys are not stored yet. */
export interface UnkeyedPatch {
  id: number
  name: string
  diff: string | null
}

/** The next patches of a project without keys; `limit` at most. */
export async function listUnkeyed(db: Database, project: number, limit: number): Promise<UnkeyedPatch[]> {
  return await db
    .selectFrom('patches as p')
    .innerJoin('patch_texts as t', 't.patch_id', 'p.id')
    .leftJoin('patch_keys as k', 'k.patch_id', 'p.id')
    .select(['p.id', 'p.name', 't.diff'])
    .where('p.project_id', '=', project)
    .where('k.patch_id', 'is', null)
    .orderBy('p.id')
    .limit(limit)
    .execute()
}

const stillUnkeyed = byIds<{ id: number }>((db, ids) =>
  db
    .selectFrom('patches as p')
    .leftJoin('patch_keys as k', 'k.patch_id', 'p.id')
    .select('p.id')
    .where('k.patch_id', 'is', null)
    .where((eb) => capabilities(db).anyOf(eb.ref('p.id'), ids)),
)

/** Stores the keys of patches in a transaction, of those that are still there and have none. */
export async function insertKeys(
  db: Database,
  project_id: number,
  patches: readonly { id: number; name: string; diffKey: string | undefined }[],
): Promise<void> {
  const ids = patches.map(({ id }) => id)
  const still = new Set((await stillUnkeyed(db, ids)).map(({ id }) => id))
  const unkeyed = patches.filter(({ id }) => still.has(id))
  await insertRows(
    db,
    'patch_keys',
    unkeyed.map(({ id, name, diffKey }) => ({
      patch_id: id,
      project_id,
      name_key: nameKey(name),
      diff_key: diffKey ?? null,
    })),
  )
}
