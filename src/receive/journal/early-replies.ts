import type { Database } from '../../db/schema.js'
import { hasComment, moveComment, type Parent } from '../../domain/comments/comments.js'
import {
  type EarlyReply,
  insertAwaited,
  listEarlyReplies,
  noteMoved,
} from '../../domain/comments/early-replies.js'
import type { Outcome } from '../../ingest/outcome.js'
import { findParent } from '../../ingest/parent.js'
import { retag } from '../../ingest/recompute.js'
import { parseMail } from '../../mail/parse.js'
import { toTime } from '../../util/time.js'
import { type Entry, readEntry } from './journal.js'

/** Replies are looked at again when what they answer comes after them. */

/** Mails that one mail may bring about, so that none holds the others up. */
const MAX_INGESTED_AGAIN = 1000

/** Notes what a mail of the journal answers that may still come. */
export async function noteAwaited(db: Database, mail_id: number, outcome: Outcome, now: Date): Promise<void> {
  if (!('awaits' in outcome) || !outcome.awaits?.length || outcome.project === undefined) return
  await insertAwaited(db, { mail_id, project_id: outcome.project, received: toTime(now) }, outcome.awaits)
}

/** Takes a mail of the journal again; gives its message id if it was stored. */
type IngestAgain = (db: Database, entry: Entry, now: Date) => Promise<string | undefined>

/** Takes the replies to a mail that came before it, and the replies to those, in the transaction that stored it. */
export async function ingestEarlyReplies(
  db: Database,
  project: number,
  messageId: string,
  now: Date,
  ingestAgain: IngestAgain,
): Promise<void> {
  const queue = [messageId]
  const seen = new Set<number>()
  for (const msgid of queue) {
    for (const reply of await listEarlyReplies(db, project, msgid)) {
      if (seen.has(reply.id) || seen.size >= MAX_INGESTED_AGAIN) continue
      const entry = await readEntry(db, reply)
      if (!entry) continue
      const stored =
        reply.outcome === 'ignored'
          ? await ingestAgain(db, entry, now)
          : await reparent(db, project, reply, entry)
      if (stored === undefined) continue
      seen.add(reply.id)
      queue.push(stored)
    }
  }
}

/** Moves a comment to what it really answers; gives its message id if it stood elsewhere. */
async function reparent(
  db: Database,
  project: number,
  { id, patch_id, cover_id, comment_id }: EarlyReply,
  { bytes }: Entry,
): Promise<string | undefined> {
  const current = toParent(patch_id, cover_id)
  const { references, messageId } = parseMail(bytes)
  if (!current || comment_id === null || messageId === undefined) return undefined
  const { parent } = await findParent(db, project, references)
  if (!parent || (parent.kind === current.kind && parent.id === current.id)) return undefined
  if (await hasComment(db, parent, messageId)) return undefined
  const moved = await moveComment(db, current, parent, comment_id)
  await noteMoved(db, id, {
    patch_id: parent.kind === 'patch' ? parent.id : null,
    cover_id: parent.kind === 'cover' ? parent.id : null,
    comment_id: moved,
  })
  await retag(db, { ids: [current, parent].filter(({ kind }) => kind === 'patch').map((one) => one.id) })
  return messageId
}

function toParent(patch: number | null, cover: number | null): Parent | undefined {
  if (patch !== null) return { kind: 'patch', id: patch }
  return cover === null ? undefined : { kind: 'cover', id: cover }
}
