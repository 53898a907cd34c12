import type { Database } from '../../db/schema.js'
import {
  type EarlyReply,
  insertAwaited,
  listEarlyReplies,
  noteMoved,
} from '../../domain/comments/early-replies.js'
import { type CommentPlace, hasComment, isSamePlace } from '../../domain/comments/queries.js'
import { moveComment } from '../../domain/comments/updates.js'
import type { Outcome } from '../../ingest/outcome.js'
import { findParent } from '../../ingest/parent.js'
import { touchAwaiting } from '../../ingest/topics.js'
import type { ParsedMail } from '../../mail/types.js'
import { toTime } from '../../util/time.js'
import { type JournalledMail, readJournalledMail } from './journal.js'
import { tryParse } from './parse.js'
import { withdrawIfOther } from './redecide.js'

/** Replies are processed again when their parent arrives later. */

/** Maximum number of mails that are processed again for one mail, so that it does not delay others. */
const MAX_LOOKS = 1000

/** Records the awaited mails of a journalled mail. */
export async function noteAwaited(db: Database, mail_id: number, outcome: Outcome, now: Date): Promise<void> {
  if (!('awaits' in outcome) || !outcome.awaits?.length || outcome.project === undefined) return
  await insertAwaited(db, { mail_id, project_id: outcome.project, received: toTime(now) }, outcome.awaits)
}

/** A key that other mails may await, and the place of its mail. */
export interface Found {
  name: string
  /** That of a reply to it alone. */
  place: CommentPlace
}

/** Ingests a mail of the journal again; returns the keys that other mails may await, if it was stored. */
type IngestAgain = (
  db: Database,
  entry: { mail: JournalledMail; result: ParsedMail },
  isStored: boolean,
  now: Date,
) => Promise<readonly Found[]>

/**
 * Processes mails again that arrived before their parent, and the answers to them, in the transaction that stored
 * the parent.
 */
export async function ingestEarlyReplies(
  db: Database,
  project: number,
  found: readonly Found[],
  now: Date,
  ingestAgain: IngestAgain,
): Promise<void> {
  const queue = [...found]
  let looks = 0
  for (const { name, place } of queue) {
    for (const reply of await listEarlyReplies(db, project, name)) {
      if (isAt(reply, place)) continue
      if (++looks > MAX_LOOKS) return
      const mail = await readJournalledMail(db, reply)
      const result = mail && tryParse(mail.bytes)
      if (!result || result instanceof Error) continue
      const isStored = reply.outcome !== 'ignored'
      const isOther = !isStored || (await withdrawIfOther(db, reply, result, mail, now))
      queue.push(
        ...(isOther
          ? await ingestAgain(db, { mail, result }, isStored, now)
          : await reparent(db, project, reply, result)),
      )
    }
  }
}

/** Whether a reply is already a comment at that place, so that nothing changes. */
function isAt(reply: EarlyReply, place: CommentPlace): boolean {
  const current = placeOf(reply)
  return reply.outcome === 'comment' && current !== undefined && isSamePlace(current, place)
}

/** Moves a comment to its real place; returns the keys that other mails may await, if it moved. */
async function reparent(
  db: Database,
  project: number,
  reply: EarlyReply,
  { references, messageId }: ParsedMail,
): Promise<readonly Found[]> {
  const { id, outcome, comment_id } = reply
  if (outcome !== 'comment') return []
  const current = placeOf(reply)
  if (!current || comment_id === null || messageId === undefined) return []
  const { parent } = await findParent(db, project, references)
  if (!parent || isSamePlace(parent, current)) return []
  const isElsewhere = parent.kind !== current.kind || parent.id !== current.id
  if (isElsewhere && (await hasComment(db, parent, messageId))) return []
  const moved = await moveComment(db, current, parent, comment_id)
  await noteMoved(db, id, {
    patch_id: parent.kind === 'patch' ? parent.id : null,
    cover_id: parent.kind === 'cover' ? parent.id : null,
    comment_id: moved,
  })
  await touchAwaiting(db, project, messageId)
  return [{ name: messageId, place: parent }]
}

function placeOf({
  patch_id,
  cover_id,
  answered_cover_id: answeredCover,
}: EarlyReply): CommentPlace | undefined {
  if (patch_id !== null) return { kind: 'patch', id: patch_id, answeredCover }
  return cover_id === null ? undefined : { kind: 'cover', id: cover_id, answeredCover }
}
