import { sql } from 'kysely'
import { prepare, prepareForTexts } from '../db/prepared.js'
import type { Database, Time } from '../db/schema.js'
import { transaction } from '../db/transaction.js'
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

interface Id {
  id: number
}

/** A mail that is a patch or a cover, or a comment on one. */
export interface KnownMail {
  msgid: string
  kind: Parent['kind']
  /** The number of the patch or the cover. */
  id: number
  /** 0: it is that itself. */
  isComment: number
  project_id: number
}

function labels(kind: Parent['kind'], isComment: number) {
  return [
    sql<Parent['kind']>`${sql.lit(kind)}`.as('kind'),
    sql<number>`${sql.lit(isComment)}`.as('isComment'),
  ] as const
}

// Without the project: with it, a planner that has no statistics goes through all patches of the project.
const knownMails = prepareForTexts<object, KnownMail>((db, _, msgids) =>
  db
    .selectFrom('patches')
    .select(['msgid', 'id', 'project_id', ...labels('patch', 0)])
    .where('msgid', 'in', msgids)
    .unionAll(
      db
        .selectFrom('covers')
        .select(['msgid', 'id', 'project_id', ...labels('cover', 0)])
        .where('msgid', 'in', msgids),
    )
    .unionAll(
      db
        .selectFrom('patch_comments as c')
        .innerJoin('patches as p', 'p.id', 'c.patch_id')
        .select(['c.msgid', 'p.id', 'p.project_id', ...labels('patch', 1)])
        .where('c.msgid', 'in', msgids),
    )
    .unionAll(
      db
        .selectFrom('cover_comments as c')
        .innerJoin('covers as p', 'p.id', 'c.cover_id')
        .select(['c.msgid', 'p.id', 'p.project_id', ...labels('cover', 1)])
        .where('c.msgid', 'in', msgids),
    ),
)

/** What the project has of some message ids, in no order; one may be there several times. */
export async function listKnownMails(
  db: Database,
  project: number,
  msgids: readonly string[],
): Promise<KnownMail[]> {
  return (await knownMails(db, {}, msgids)).filter(({ project_id }) => project_id === project)
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
  await recordComment(db, { ...parent, project_id }, id, date)
  return id
}

/**
 * Says whether a comment was dealt with; null: nobody says. Clients know the change as one more event that the comment
 * came; a value that it has already is none. Undefined records the event alone, of a request that named other fields.
 */
export async function setAddressed(
  database: Database,
  parent: Parent & { project_id: number },
  comment: number,
  addressed: boolean | null | undefined,
  now: Time,
): Promise<void> {
  await transaction(database, async (db) => {
    if (addressed === undefined) return await recordComment(db, parent, comment, now)
    const value = addressed === null ? null : Number(addressed)
    const table = parent.kind === 'patch' ? 'patch_comments' : 'cover_comments'
    const before = await db.selectFrom(table).select('addressed').where('id', '=', comment).executeTakeFirst()
    if (!before || before.addressed === value) return
    await db.updateTable(table).set({ addressed: value }).where('id', '=', comment).execute()
    await recordComment(db, parent, comment, now)
  })
}

async function recordComment(
  db: Database,
  { kind, id, project_id }: Parent & { project_id: number },
  comment: number,
  date: Time,
): Promise<void> {
  const about =
    kind === 'patch'
      ? { category: 'patch-comment-created', patch_id: id, patch_comment_id: comment }
      : { category: 'cover-comment-created', cover_id: id, cover_comment_id: comment }
  await insertEvents(db, [{ project_id, date, ...about }])
}
