import type { Database } from '../../db/schema.js'
import type { EarlyReply } from '../../domain/comments/early-replies.js'
import { isWithdrawable, type Withdrawn, withdraw } from '../../domain/patches/withdrawal.js'
import { applyConsequences } from '../../ingest/consequences.js'
import { prepareMail } from '../../ingest/ingest.js'
import { decideKind } from '../../ingest/kind.js'
import { leaveSeries } from '../../ingest/rearrange.js'
import type { ParsedMail } from '../../mail/types.js'
import { toTime } from '../../util/time.js'
import type { JournalledMail } from './journal.js'

/**
 * Withdraws the record of a mail if the mail would now become another kind and no user has used it. Returns whether
 * the mail must be ingested again.
 */
export async function withdrawIfOther(
  db: Database,
  reply: EarlyReply,
  parsed: ParsedMail,
  { listId, arrived }: JournalledMail,
  now: Date,
): Promise<boolean> {
  const prepared = await prepareMail(db, parsed, { listId, now, arrived })
  if ('outcome' in prepared) return false
  const { incoming } = prepared
  if ((await decideKind(db, incoming)).kind === reply.outcome) return false
  const record = recordOf(reply)
  if (!record || !(await isWithdrawable(db, record))) return false
  const series = await withdraw(db, record)
  if (series !== undefined) {
    const received = toTime(now)
    await applyConsequences(db, await leaveSeries(db, incoming.project, series, received), 0, received)
  }
  return true
}

function recordOf({ outcome, patch_id, cover_id, comment_id }: EarlyReply): Withdrawn | undefined {
  if (outcome === 'patch') return patch_id === null ? undefined : { kind: 'patch', id: patch_id }
  if (outcome === 'cover') return cover_id === null ? undefined : { kind: 'cover', id: cover_id }
  if (comment_id === null) return undefined
  return { kind: patch_id === null ? 'cover_comment' : 'patch_comment', id: comment_id }
}
