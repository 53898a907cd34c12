import { sql } from 'kysely'
import { capabilities } from '../../db/dialect/dialect.js'
import { insertWithGivenId } from '../../db/given-ids.js'
import { prepare } from '../../db/prepared.js'
import type { Database, Time } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { insertEvents, isAboutComment } from '../events/updates.js'
import { knownMails } from '../mails/known-mails.js'
import { moveTrailers, type TrailerSource } from '../trailers/updates.js'
import type { CommentPlace, Parent } from './queries.js'

/** Where the comments on mails of each kind stand. */
export const COMMENT_TABLES = { patch: 'patch_comments', cover: 'cover_comments' } as const

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

/** Gives a comment another place, its events with it; gives its number there. */
export async function moveComment(
  db: Database,
  from: Parent,
  to: CommentPlace,
  comment: number,
): Promise<number> {
  knownMails.forget(db)
  const mail = sourceOf({ ...from, answeredCover: null }, comment)
  if (from.kind === to.kind) {
    await moveWithinKind(db, to, comment)
    await moveTrailers(db, mail, sourceOf(to, comment))
    return comment
  }
  const [column, key] = EVENT_COLUMNS[from.kind]
  const row =
    from.kind === 'patch'
      ? await db.selectFrom('patch_comments').selectAll().where('id', '=', comment).executeTakeFirstOrThrow()
      : await db.selectFrom('cover_comments').selectAll().where('id', '=', comment).executeTakeFirstOrThrow()
  const { msgid, date, submitter_id, addressed, headers, content } = row
  const insert = to.kind === 'patch' ? insertOnPatch : insertOnCover
  const [inserted] = await insert(db, {
    parent: to.id,
    msgid,
    date,
    submitter_id,
    addressed,
    headers,
    content,
    answered_cover_id: to.answeredCover,
  })
  const { id } = inserted as Id
  const [newColumn, newKey] = EVENT_COLUMNS[to.kind]
  const category = `${to.kind}-comment-created`
  await db
    .updateTable('events')
    .set({ [column]: null, [key]: null, [newColumn]: to.id, [newKey]: id, category })
    .where(isAboutComment(from.kind, comment))
    .execute()
  await db.deleteFrom(COMMENT_TABLES[from.kind]).where('id', '=', comment).execute()
  await moveTrailers(db, mail, sourceOf(to, id))
  return id
}

/** The source of the trailers of a comment. */
export function sourceOf({ kind, id, answeredCover }: CommentPlace, comment: number): TrailerSource {
  if (kind === 'cover') return { cover_id: answeredCover ?? id, cover_comment_id: comment }
  if (answeredCover !== null) return { cover_id: answeredCover, patch_comment_id: comment }
  return { patch_id: id, patch_comment_id: comment }
}

/** Has the comments that answer some covers and are stored with other mails answer these, before the covers are deleted. */
export async function releaseAnswers(db: Database, covers: readonly number[]): Promise<void> {
  for (const kind of ['patch', 'cover'] as const) {
    const [column] = EVENT_COLUMNS[kind]
    const rows = await db
      .selectFrom(COMMENT_TABLES[kind])
      .select(['id', sql.ref<number>(column).as('parent')])
      .where(capabilities(db).anyOf(sql.ref('answered_cover_id'), covers))
      .execute()
    for (const { id, parent } of rows)
      await moveComment(db, { kind, id: parent }, { kind, id: parent, answeredCover: null }, id)
  }
}

async function moveWithinKind(
  db: Database,
  { kind, id, answeredCover }: CommentPlace,
  comment: number,
): Promise<void> {
  const [column] = EVENT_COLUMNS[kind]
  await db
    .updateTable('events')
    .set({ [column]: id })
    .where(isAboutComment(kind, comment))
    .execute()
  await db
    .updateTable(COMMENT_TABLES[kind])
    .set({ [column]: id, answered_cover_id: answeredCover })
    .where('id', '=', comment)
    .execute()
}

/** The columns of an event that name a comment's parent and the comment. */
const EVENT_COLUMNS = {
  patch: ['patch_id', 'patch_comment_id'],
  cover: ['cover_id', 'cover_comment_id'],
} as const

interface CommentRow {
  parent: number
  msgid: string
  date: Time
  submitter_id: number
  headers: string
  content: string
  addressed: number | null
  answered_cover_id: number | null
}

/** The columns that comments on patches and on covers have in common. */
function commonColumns({
  msgid,
  date,
  submitter_id,
  headers,
  content,
  addressed,
  answered_cover_id,
}: CommentRow) {
  return { msgid, date, submitter_id, headers, content, addressed, answered_cover_id }
}

const insertOnPatch = prepare<CommentRow, Id>((db, row) =>
  db
    .insertInto('patch_comments')
    .values({ patch_id: row.parent, ...commonColumns(row) })
    .returning('id'),
)

const insertOnCover = prepare<CommentRow, Id>((db, row) =>
  db
    .insertInto('cover_comments')
    .values({ cover_id: row.parent, ...commonColumns(row) })
    .returning('id'),
)

/** Stores a comment at its place and records that it came. */
export async function insertComment(db: Database, place: CommentPlace, comment: NewComment): Promise<number> {
  const { project_id, received: date, addressed, ...rest } = comment
  const answered_cover_id = place.answeredCover
  const row = { ...rest, addressed: addressed === null ? null : Number(addressed), answered_cover_id }
  const id = (await insertLater(db, place, row)) ?? (await insertNow(db, place, row))
  knownMails.add(db, { ...place, msgid: comment.msgid, project_id, isComment: 1, hasDiff: 0 })
  await recordComment(db, { ...place, project_id }, id, date)
  return id
}

/** Undefined in a transaction that gives out no ids. */
async function insertLater(
  db: Database,
  { kind, id }: Parent,
  row: Omit<CommentRow, 'parent'>,
): Promise<number | undefined> {
  return kind === 'patch'
    ? await insertWithGivenId(db, 'patch_comments', { ...row, patch_id: id })
    : await insertWithGivenId(db, 'cover_comments', { ...row, cover_id: id })
}

async function insertNow(
  db: Database,
  { kind, id: parent }: Parent,
  row: Omit<CommentRow, 'parent'>,
): Promise<number> {
  const [inserted] = await (kind === 'patch' ? insertOnPatch : insertOnCover)(db, { ...row, parent })
  return (inserted as Id).id
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
    const table = COMMENT_TABLES[parent.kind]
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
