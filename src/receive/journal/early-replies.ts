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
import { type LoadedMail, readJournalledMail } from './journal.js'
import { withdrawIfOther } from './redecide.js'

/** Replies are looked at again when what they answer comes after them. */

/** Mails that are read again for one mail, so that none holds the others up. */
const MAX_LOOKS = 1000

/** Notes what a mail of the journal answers that may still come. */
export async function noteAwaited(db: Database, mail_id: number, outcome: Outcome, now: Date): Promise<void> {
  if (!('awaits' in outcome) || !outcome.awaits?.length || outcome.project === undefined) return
  await insertAwaited(db, { mail_id, project_id: outcome.project, received: toTime(now) }, outcome.awaits)
}

/** A name that others wait for, and where its mail is now. */
export interface Found {
  name: string
  place: Parent
}

/** Takes a mail of the journal again; gives what others may wait for, if it was stored. */
type IngestAgain = (db: Database, mail: LoadedMail, isStored: boolean, now: Date) => Promise<readonly Found[]>

/**
 * Takes the mails that came before one that they answer, and those that answer them, in the transaction that stored
 * it.
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
      const entry = await readJournalledMail(db, reply)
      if (!entry) continue
      const isStored = reply.outcome !== 'ignored'
      const isOther = !isStored || (await withdrawIfOther(db, reply, entry, now))
      queue.push(
        ...(isOther
          ? await ingestAgain(db, entry, isStored, now)
          : await reparent(db, project, reply, entry)),
      )
    }
  }
}

/** Whether a reply stands where what it answers stands: the coming of that says nothing new then. */
function isAt({ outcome, patch_id, cover_id }: EarlyReply, { kind, id }: Parent): boolean {
  return (kind === 'patch' ? patch_id : cover_id) === id && outcome === 'comment'
}

/** Moves a comment to what it really answers; gives what others may wait for, if it stood elsewhere. */
async function reparent(
  db: Database,
  project: number,
  { id, outcome, patch_id, cover_id, comment_id }: EarlyReply,
  { bytes }: LoadedMail,
): Promise<readonly Found[]> {
  if (outcome !== 'comment') return []
  const current = toParent(patch_id, cover_id)
  const { references, messageId } = parseMail(bytes)
  if (!current || comment_id === null || messageId === undefined) return []
  const { parent } = await findParent(db, project, references)
  if (!parent || (parent.kind === current.kind && parent.id === current.id)) return []
  if (await hasComment(db, parent, messageId)) return []
  const moved = await moveComment(db, current, parent, comment_id)
  await noteMoved(db, id, {
    patch_id: parent.kind === 'patch' ? parent.id : null,
    cover_id: parent.kind === 'cover' ? parent.id : null,
    comment_id: moved,
  })
  await retag(db, { ids: [current, parent].filter(({ kind }) => kind === 'patch').map((one) => one.id) })
  return [{ name: messageId, place: parent }]
}

function toParent(patch: number | null, cover: number | null): Parent | undefined {
  if (patch !== null) return { kind: 'patch', id: patch }
  return cover === null ? undefined : { kind: 'cover', id: cover }
}
