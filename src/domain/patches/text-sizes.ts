import { type RawBuilder, sql } from 'kysely'
import type { Ids } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { prepareShapes } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'
import type { CoverCommentRow, PatchCommentRow } from '../comments/queries.js'

/** Sizes of stored texts, which both databases know without reading them, and the beginnings of large ones. */

/** Maximum length of a text in lists, in characters. */
export const MAX_LISTED_TEXT = 1_000_000

const TEXTS = {
  patch: { table: 'patch_texts', id: 'patch_id', columns: ['headers', 'content', 'diff', 'diff_bytes'] },
  cover: { table: 'cover_texts', id: 'cover_id', columns: ['headers', 'content'] },
  patch_comment: { table: 'patch_comments', id: 'id', columns: ['headers', 'content'] },
  check: { table: 'checks', id: 'id', columns: ['context', 'target_url', 'description'] },
  cover_comment: { table: 'cover_comments', id: 'id', columns: ['headers', 'content'] },
} as const

export type TextKind = keyof typeof TEXTS

interface Size {
  id: number
  bytes: number
}

/** The expression for the total bytes of the long texts of a row. */
export function sizeOfTexts(kind: TextKind): RawBuilder<number> {
  const { table, columns } = TEXTS[kind]
  const lengths = columns.map((column) => sql`coalesce(octet_length(${sql.ref(`${table}.${column}`)}), 0)`)
  return sql<number>`${sql.join(lengths, sql` + `)}`
}

const sizes = prepareShapes<Ids, Size, TextKind>((db, { ids }, kind) => {
  const { table, id } = TEXTS[kind]
  return db
    .selectFrom(table)
    .select([`${id} as id`, sizeOfTexts(kind).as('bytes')])
    .where((eb) => capabilities(db).anyOf(eb.ref(id), ids))
})

/** Total bytes of the long texts of some rows, by id. */
export async function textSizes(
  db: Database,
  kind: TextKind,
  ids: readonly number[],
): Promise<Map<number, number>> {
  if (ids.length === 0) return new Map()
  const rows = await sizes(db, { ids: capabilities(db).listParameter(ids) }, kind, kind)
  return new Map(rows.map(({ id, bytes }) => [id, bytes]))
}

/** A comment with the beginning of its texts. */
export type ListedComment = (PatchCommentRow | CoverCommentRow) & { content_bytes: number }

function beginning(column: string): RawBuilder<string> {
  return sql<string>`substr(${sql.ref(column)}, 1, ${sql.lit(MAX_LISTED_TEXT)})`
}

const listed = prepareShapes<Ids, ListedComment, 'patch' | 'cover'>((db, { ids }, kind) =>
  db
    .selectFrom(`${kind}_comments as c` as 'patch_comments as c')
    .innerJoin('people', 'people.id', 'c.submitter_id')
    .select(['c.id', `c.${kind}_id` as 'c.patch_id', 'c.msgid', 'c.date', 'c.submitter_id', 'c.addressed'])
    .select(['people.name as submitter_name', 'people.email as submitter_email'])
    .select('people.user_id as submitter_user_id')
    .select([beginning('c.headers').as('headers'), beginning('c.content').as('content')])
    .select(sql<number>`octet_length(c.content)`.as('content_bytes'))
    .where((eb) => capabilities(db).anyOf(eb.ref('c.id'), ids))
    .$castTo<ListedComment>(),
)

/** Comments as lists have them. */
export async function listedComments(
  db: Database,
  kind: 'patch' | 'cover',
  ids: readonly number[],
): Promise<ListedComment[]> {
  return ids.length === 0 ? [] : await listed(db, { ids: capabilities(db).listParameter(ids) }, kind, kind)
}
