import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { deleteByIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import type { Database, Schema } from '../../db/schema.js'
import { releaseAnswers } from '../comments/updates.js'
import { isAboutComment } from '../events/updates.js'
import { knownMails } from '../mails/known-mails.js'
import { touchCoverTrailers, touchRows, touchSeriesTrailers } from '../trailers/updates.js'

/** Patches, covers and comments that go away again, for a later mail shows that they are something else. */

/** A patch or a cover with its comments, or a comment. */
export interface Withdrawn {
  kind: 'patch' | 'cover' | 'patch_comment' | 'cover_comment'
  id: number
}

const TABLES = {
  patch: 'patches',
  cover: 'covers',
  patch_comment: 'patch_comments',
  cover_comment: 'cover_comments',
} as const

/** What belongs to a row and goes with it; of a patch that has something else, people have made use. */
const DEPENDENTS = {
  patch: [
    ['events', 'patch_id'],
    ['change_items', 'patch_id'],
    ['suggestion_items', 'patch_id'],
    ['patch_keys', 'patch_id'],
    ['pending_notifications', 'patch_id'],
    ['patch_tags', 'patch_id'],
    ['patch_texts', 'patch_id'],
    ['patch_hashes', 'patch_id'],
    ['trailers', 'patch_id'],
    ['prerequisites', 'patch_id'],
    ['topic_mentions', 'patch_id'],
    ['patch_comments', 'patch_id'],
  ],
  cover: [
    ['events', 'cover_id'],
    ['cover_texts', 'cover_id'],
    ['trailers', 'cover_id'],
    ['prerequisites', 'cover_id'],
    ['topic_mentions', 'cover_id'],
    ['cover_comments', 'cover_id'],
  ],
  patch_comment: [['trailers', 'patch_comment_id']],
  cover_comment: [['trailers', 'cover_comment_id']],
} as const satisfies Record<Withdrawn['kind'], readonly (readonly [keyof Schema, string])[]>

/** The condition of events about a row. */
function isAbout(kind: Withdrawn['kind'], id: number): RawBuilder<SqlBool> {
  if (kind === 'patch_comment') return isAboutComment('patch', id)
  if (kind === 'cover_comment') return isAboutComment('cover', id)
  return sql<SqlBool>`${sql.ref(`events.${kind}_id`)} = ${id}`
}

/** Whether nobody has done anything with it, and the journal can give back its comments. */
export async function isWithdrawable(db: Database, { kind, id }: Withdrawn): Promise<boolean> {
  const acted = await db
    .selectFrom('events')
    .select('id')
    .where(isAbout(kind, id))
    .where('actor_id', 'is not', null)
    .limit(1)
    .execute()
  if (acted.length > 0) return false
  if (kind === 'patch_comment' || kind === 'cover_comment') {
    const [row] = await db.selectFrom(TABLES[kind]).select('addressed').where('id', '=', id).execute()
    return row !== undefined && row.addressed !== 1
  }
  return !(kind === 'patch' && (await isUsed(db, id))) && (await haveEntries(db, kind, id))
}

async function isUsed(db: Database, patch: number): Promise<boolean> {
  for (const table of ['checks', 'bundle_patches'] as const)
    if (await db.selectFrom(table).select('id').where('patch_id', '=', patch).executeTakeFirst()) return true
  const row = await db
    .selectFrom('patches')
    .select(['relation_id', 'archived'])
    .where('id', '=', patch)
    .executeTakeFirst()
  return row === undefined || row.relation_id !== null || row.archived === 1
}

/** Whether the journal knows of every comment, and nobody has dealt with one. */
async function haveEntries(db: Database, kind: 'patch' | 'cover', id: number): Promise<boolean> {
  const comments = await commentsOf(db, kind, id)
  const entries = new Set((await entriesOf(db, kind, id, comments)).map(({ comment_id }) => comment_id))
  return comments.every((comment) => comment.addressed !== 1 && entries.has(comment.id))
}

interface Comment {
  id: number
  msgid: string
  addressed: number | null
  answered_cover_id: number | null
}

async function commentsOf(db: Database, kind: 'patch' | 'cover', id: number): Promise<Comment[]> {
  return await db
    .selectFrom(TABLES[`${kind}_comment`])
    .select(['id', 'msgid', 'addressed', 'answered_cover_id'])
    .where(sql.ref<number>(`${kind}_id`), '=', id)
    .execute()
}

async function entriesOf(
  db: Database,
  kind: 'patch' | 'cover',
  id: number,
  comments: readonly Comment[],
): Promise<{ id: number; comment_id: number | null }[]> {
  if (comments.length === 0) return []
  return await db
    .selectFrom('mails')
    .innerJoin('mail_raws', 'mail_raws.mail_id', 'mails.id')
    .select(['mails.id', 'comment_id'])
    .where(sql.ref<number>(`${kind}_id`), '=', id)
    .where('outcome', '=', 'comment')
    .where(
      'msgid',
      'in',
      comments.map(({ msgid }) => msgid),
    )
    .execute()
}

/**
 * Deletes a mail's record with all that belongs to it; gives the series that it was in. The mails of its comments are
 * `ignored` in the journal then, from where they are taken again.
 */
export async function withdraw(db: Database, { kind, id }: Withdrawn): Promise<number | undefined> {
  knownMails.forget(db)
  let series: number | undefined
  if (kind === 'patch' || kind === 'cover') {
    if (kind === 'cover') await releaseAnswers(db, [id])
    const comments = await commentsOf(db, kind, id)
    const entries = await entriesOf(db, kind, id, comments)
    await db
      .updateTable('mails')
      .set({ outcome: 'ignored', patch_id: null, cover_id: null, comment_id: null })
      .where(
        capabilities(db).anyOf(
          sql.ref('id'),
          entries.map((entry) => entry.id),
        ),
      )
      .execute()
    await deleteAnswers(db, kind, comments)
    series = await detachFromSeries(db, kind, id)
    if (series !== undefined) touchSeriesTrailers(db, series)
  } else {
    await touchTargets(db, kind, id)
    await db.deleteFrom('events').where(isAbout(kind, id)).execute()
  }
  for (const [table, column] of DEPENDENTS[kind]) await deleteByIds(db, table, [id], column)
  await deleteByIds(db, TABLES[kind], [id])
  return series
}

/** Deletes the trailers of comments that answer other covers. */
async function deleteAnswers(
  db: Database,
  kind: 'patch' | 'cover',
  comments: readonly Comment[],
): Promise<void> {
  const answers = comments.filter(({ answered_cover_id }) => answered_cover_id !== null)
  if (answers.length === 0) return
  const ids = answers.map(({ id }) => id)
  await deleteByIds(db, 'trailers', ids, `${kind}_comment_id`)
  for (const { answered_cover_id } of answers) touchCoverTrailers(db, answered_cover_id as number)
}

/** Has the tags of the patches counted that the trailers of a comment are for. */
async function touchTargets(
  db: Database,
  kind: 'patch_comment' | 'cover_comment',
  id: number,
): Promise<void> {
  const rows = await db.selectFrom('trailers').selectAll().where(`${kind}_id`, '=', id).execute()
  touchRows(db, rows)
}

async function detachFromSeries(
  db: Database,
  kind: 'patch' | 'cover',
  id: number,
): Promise<number | undefined> {
  if (kind === 'patch') {
    const row = await db
      .selectFrom('patches')
      .select('series_id')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    return row.series_id ?? undefined
  }
  const row = await db.selectFrom('series').select('id').where('cover_id', '=', id).executeTakeFirst()
  await db.updateTable('series').set({ cover_id: null }).where('cover_id', '=', id).execute()
  return row?.id
}
