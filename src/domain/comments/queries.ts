import { type Selectable, sql } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import type { CoverCommentTable, Database, PatchCommentTable } from '../../db/schema.js'
import { knownMails } from '../mails/known-mails.js'
import { type PersonRow, submitter } from '../people/queries.js'

export type PatchCommentRow = Selectable<PatchCommentTable> & PersonRow
export type CoverCommentRow = Selectable<CoverCommentTable> & PersonRow

export const patchCommentsById = byIds<PatchCommentRow>((db, ids) =>
  db
    .selectFrom('patch_comments')
    .innerJoin('people', 'people.id', 'patch_comments.submitter_id')
    .selectAll('patch_comments')
    .select(submitter)
    .where((eb) => capabilities(db).anyOf(eb.ref('patch_comments.id'), ids)),
)

export const coverCommentsById = byIds<CoverCommentRow>((db, ids) =>
  db
    .selectFrom('cover_comments')
    .innerJoin('people', 'people.id', 'cover_comments.submitter_id')
    .selectAll('cover_comments')
    .select(submitter)
    .where((eb) => capabilities(db).anyOf(eb.ref('cover_comments.id'), ids)),
)

/** What a comment is about. */
export interface Parent {
  kind: 'patch' | 'cover'
  id: number
}

/**
 * Where a comment is stored, and what its mail answers. A reply to a cover that was sent within the thread of an older patch is
 * stored with that patch, but its trailers are for the patches of the cover.
 */
export interface CommentPlace extends Parent {
  /** The cover that the mail answers; null if it answers the parent. */
  answeredCover: number | null
}

/** What the mail of a comment answers; of a patch or a cover itself, what a reply to it answers. */
export function answeredFrom({ kind, id, answeredCover }: CommentPlace): Parent {
  return answeredCover === null ? { kind, id } : { kind: 'cover', id: answeredCover }
}

/** Whether a comment is stored with the same mail and answers the same. */
export function isSamePlace(one: CommentPlace, other: CommentPlace): boolean {
  return one.kind === other.kind && one.id === other.id && one.answeredCover === other.answeredCover
}

/** Whether the mail is stored as a comment on that parent. */
export async function hasComment(db: Database, { kind, id }: Parent, msgid: string): Promise<boolean> {
  const known = await knownMails.find(db, [msgid])
  return known.some((mail) => mail.isComment === 1 && mail.kind === kind && mail.id === id)
}

/** The name of a patch or a cover, and the address of who sent it. */
export async function readSubmission(
  db: Database,
  { kind, id }: Parent,
): Promise<{ name: string; email: string } | undefined> {
  const table = kind === 'patch' ? 'patches' : 'covers'
  return await db
    .selectFrom(sql<{ id: number; name: string; submitter_id: number }>`${sql.table(table)}`.as('p'))
    .innerJoin('people', 'people.id', 'p.submitter_id')
    .select(['p.name', 'people.email'])
    .where('p.id', '=', id)
    .executeTakeFirst()
}
