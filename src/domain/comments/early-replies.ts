import { sql } from 'kysely'
import { deferInsert } from '../../db/later.js'
import { prepare } from '../../db/prepared.js'
import type { Database, Time } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { awaited, isAwaited } from '../mails/awaited.js'

/** Replies that came before what they answer. */

/** A mail of the journal that answers a message id. */
export interface EarlyReply {
  id: number
  outcome: string
  list_id: string
  received: Time
  patch_id: number | null
  cover_id: number | null
  comment_id: number | null
  /** The cover that it answers, if it is a comment that is stored with another mail. */
  answered_cover_id: number | null
}

/** Replies to one mail that are looked at when it comes. */
const MAX_REPLIES = 1000

/** Notes what a mail of the journal answers. */
export async function insertAwaited(
  db: Database,
  mail: { mail_id: number; project_id: number; received: Time },
  msgids: readonly string[],
): Promise<void> {
  for (const msgid of msgids) awaited.add(db, { msgid, by: 'reply' })
  await deferInsert(
    db,
    'mail_references',
    msgids.map((msgid) => ({ ...mail, msgid })),
  )
}

const replies = prepare<{ project: number; msgid: string }, EarlyReply>((db, { project, msgid }) =>
  db
    .selectFrom('mail_references as r')
    .innerJoin('mails as m', 'm.id', 'r.mail_id')
    .leftJoin('patch_comments as p', (join) =>
      join.onRef('p.id', '=', 'm.comment_id').onRef('p.patch_id', '=', 'm.patch_id'),
    )
    .leftJoin('cover_comments as c', (join) =>
      join.onRef('c.id', '=', 'm.comment_id').onRef('c.cover_id', '=', 'm.cover_id'),
    )
    .select(['m.id', 'm.outcome', 'm.list_id', 'm.received', 'm.patch_id', 'm.cover_id', 'm.comment_id'])
    .select(sql<number | null>`coalesce(p.answered_cover_id, c.answered_cover_id)`.as('answered_cover_id'))
    .where('r.msgid', '=', msgid)
    .where('r.project_id', '=', project)
    .where('m.outcome', 'in', ['ignored', 'comment', 'patch', 'cover'])
    .orderBy('m.id')
    .limit(MAX_REPLIES),
)

/** The mails that answer a message id, in the order they came. */
export async function listEarlyReplies(db: Database, project: number, msgid: string): Promise<EarlyReply[]> {
  if (!(await isAwaited(db, [msgid], 'reply'))) return []
  return await replies(db, { project, msgid })
}

/** The journal says where a comment is now. */
export async function noteMoved(
  db: Database,
  id: number,
  place: Pick<EarlyReply, 'patch_id' | 'cover_id' | 'comment_id'>,
): Promise<void> {
  await db.updateTable('mails').set(place).where('id', '=', id).execute()
}

/** Mails whose rows one transaction deletes. */
const DELETED_AT_ONCE = 500

/** Forgets what mails answer that came before a time. */
export async function deleteAwaitedBefore(database: Database, before: Time): Promise<void> {
  for (let count = DELETED_AT_ONCE; count === DELETED_AT_ONCE; )
    count = await transaction(database, async (db) => {
      const rows = await db
        .selectFrom('mail_references')
        .select('mail_id')
        .distinct()
        .where('received', '<', before)
        .limit(DELETED_AT_ONCE)
        .execute()
      const ids = rows.map(({ mail_id }) => mail_id)
      if (ids.length > 0) await db.deleteFrom('mail_references').where('mail_id', 'in', ids).execute()
      return ids.length
    })
}
