import { prepare } from '../db/prepared.js'
import type { Database, Time } from '../db/schema.js'
import { insertEvents } from './event.js'

/** What a comment is about. */
export interface Parent {
  kind: 'patch' | 'cover'
  id: number
}

export interface NewComment {
  project_id: number
  msgid: string
  date: Time
  received: Time
  submitter_id: number
  headers: string
  content: string
  addressed: boolean | null
}

interface Key {
  project: number
  msgid: string
}

interface Id {
  id: number
}

const patchOfComment = prepare<Key, Id>((db, { project, msgid }) =>
  db
    .selectFrom('patch_comments')
    .innerJoin('patches', 'patches.id', 'patch_comments.patch_id')
    .select('patches.id')
    .where('patch_comments.msgid', '=', msgid)
    .where('patches.project_id', '=', project)
    .orderBy('patch_comments.id', 'desc')
    .limit(1),
)

const coverOfComment = prepare<Key, Id>((db, { project, msgid }) =>
  db
    .selectFrom('cover_comments')
    .innerJoin('covers', 'covers.id', 'cover_comments.cover_id')
    .select('covers.id')
    .where('cover_comments.msgid', '=', msgid)
    .where('covers.project_id', '=', project)
    .orderBy('cover_comments.id', 'desc')
    .limit(1),
)

/** What the comment of that message id is about. */
export async function findParentOfComment(
  db: Database,
  kind: Parent['kind'],
  project: number,
  msgid: string,
): Promise<number | undefined> {
  const find = kind === 'patch' ? patchOfComment : coverOfComment
  return (await find(db, { project, msgid }))[0]?.id
}

const patchComment = prepare<{ id: number; msgid: string }, Id>((db, { id, msgid }) =>
  db.selectFrom('patch_comments').select('id').where('patch_id', '=', id).where('msgid', '=', msgid),
)

const coverComment = prepare<{ id: number; msgid: string }, Id>((db, { id, msgid }) =>
  db.selectFrom('cover_comments').select('id').where('cover_id', '=', id).where('msgid', '=', msgid),
)

/** Whether the mail is there already, as a comment on that parent. */
export async function hasComment(db: Database, { kind, id }: Parent, msgid: string): Promise<boolean> {
  const find = kind === 'patch' ? patchComment : coverComment
  return (await find(db, { id, msgid })).length > 0
}

interface CommentRow {
  parent: number
  msgid: string
  date: Time
  submitter_id: number
  headers: string
  content: string
  addressed: number | null
}

const insertOnPatch = prepare<CommentRow, Id>(
  (db, { parent, msgid, date, submitter_id, headers, content, addressed }) =>
    db
      .insertInto('patch_comments')
      .values({ patch_id: parent, msgid, date, submitter_id, headers, content, addressed })
      .returning('id'),
)

const insertOnCover = prepare<CommentRow, Id>(
  (db, { parent, msgid, date, submitter_id, headers, content, addressed }) =>
    db
      .insertInto('cover_comments')
      .values({ cover_id: parent, msgid, date, submitter_id, headers, content, addressed })
      .returning('id'),
)

/** Stores a comment and records that it came. */
export async function insertComment(db: Database, parent: Parent, comment: NewComment): Promise<number> {
  const { project_id, received: date, addressed, ...rest } = comment
  const insert = parent.kind === 'patch' ? insertOnPatch : insertOnCover
  const row = { ...rest, parent: parent.id, addressed: addressed === null ? null : Number(addressed) }
  const [inserted] = await insert(db, row)
  const { id } = inserted as Id
  const about =
    parent.kind === 'patch'
      ? { category: 'patch-comment-created', patch_id: parent.id, patch_comment_id: id }
      : { category: 'cover-comment-created', cover_id: parent.id, cover_comment_id: id }
  await insertEvents(db, [{ project_id, date, ...about }])
  return id
}
