import { sql } from 'kysely'
import type { Ids } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { prepareShapes } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'
import type { Parent } from './queries.js'

/** The comments on one patch or cover, as its page shows them. */

/** Characters of a comment's headers that are read: what a mail answers stands well before. */
const HEADERS = 32_768

/** Characters of a comment's text that are read. */
export const MAX_SHOWN_TEXT = 200_000

const TABLES = {
  patch: { table: 'patch_comments', parent: 'patch_id' },
  cover: { table: 'cover_comments', parent: 'cover_id' },
} as const

type Kind = Parent['kind']

const counts = prepareShapes<{ parent: number }, { count: number }, Kind>((db, { parent }, kind) =>
  db
    .selectFrom(TABLES[kind].table)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where(TABLES[kind].parent, '=', parent),
)

export async function countComments(db: Database, { kind, id }: Parent): Promise<number> {
  return (await counts(db, { parent: id }, kind, kind))[0]?.count ?? 0
}

/** A comment without its text. */
export interface CommentHeader {
  id: number
  msgid: string
  headers: string
}

const outlines = prepareShapes<{ parent: number }, CommentHeader, Kind>((db, { parent }, kind) =>
  db
    .selectFrom(TABLES[kind].table)
    .select(['id', 'msgid', sql<string>`substr(headers, 1, ${sql.lit(HEADERS)})`.as('headers')])
    .where(TABLES[kind].parent, '=', parent)
    .orderBy('date')
    .orderBy('id'),
)

/** All comments with the beginning of their headers, the oldest first. */
export async function listCommentHeaders(db: Database, { kind, id }: Parent): Promise<CommentHeader[]> {
  return await outlines(db, { parent: id }, kind, kind)
}

const numbers = prepareShapes<{ parent: number }, { id: number }, Kind>((db, { parent }, kind) =>
  db
    .selectFrom(TABLES[kind].table)
    .select('id')
    .where(TABLES[kind].parent, '=', parent)
    .orderBy('date')
    .orderBy('id'),
)

/** The numbers of all comments, the oldest first. */
export async function listCommentIds(db: Database, { kind, id }: Parent): Promise<number[]> {
  return (await numbers(db, { parent: id }, kind, kind)).map((row) => row.id)
}

/** A comment as it is shown. */
export interface ShownComment extends CommentHeader {
  /** Number of the patch or the cover. */
  parent: number
  date: string
  submitter_id: number
  submitter_name: string | null
  submitter_email: string
  submitter_user_id: number | null
  addressed: number | null
  /** The beginning of a long one. */
  content: string
  /** Bytes of the whole text. */
  bytes: number
}

const shown = prepareShapes<Ids & { limit: number }, ShownComment, Kind>((db, { ids, limit }, kind) =>
  db
    .selectFrom(`${TABLES[kind].table} as c` as 'patch_comments as c')
    .innerJoin('people', 'people.id', 'c.submitter_id')
    .select(['c.id', 'c.msgid', 'c.date', 'c.submitter_id', 'c.addressed'])
    .select(['people.name as submitter_name', 'people.email as submitter_email'])
    .select([
      'people.user_id as submitter_user_id',
      `c.${TABLES[kind].parent} as parent` as 'c.patch_id as parent',
    ])
    .select(sql<string>`substr(c.headers, 1, ${sql.lit(HEADERS)})`.as('headers'))
    .select(sql<string>`substr(c.content, 1, ${limit})`.as('content'))
    // Neither database reads a text for this, as it would to count characters.
    .select(sql<number>`octet_length(c.content)`.as('bytes'))
    .where((eb) => capabilities(db).anyOf(eb.ref('c.id'), ids)),
)

/** Comments of one page, in no order; of each text up to `limit` characters. */
export async function readComments(
  db: Database,
  kind: Kind,
  ids: readonly number[],
  limit: number = MAX_SHOWN_TEXT,
): Promise<ShownComment[]> {
  if (ids.length === 0) return []
  const values = { ids: capabilities(db).listParameter(ids), limit: Math.min(limit, MAX_SHOWN_TEXT) }
  return await shown(db, values, kind, kind)
}

const contents = prepareShapes<{ parent: number; id: number }, { content: string }, Kind>(
  (db, { parent, id }, kind) =>
    db
      .selectFrom(TABLES[kind].table)
      .select('content')
      .where('id', '=', id)
      .where(TABLES[kind].parent, '=', parent),
)

/** The whole text of a comment on that patch or cover. */
export async function findCommentText(
  db: Database,
  { kind, id }: Parent,
  comment: number,
): Promise<string | undefined> {
  return (await contents(db, { parent: id, id: comment }, kind, kind))[0]?.content
}
