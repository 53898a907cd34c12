import type { Context } from '../config/context.js'
import { isMailAddress } from '../config/mail-settings.js'
import { transaction } from '../db/transaction.js'
import {
  claimPendingChanges,
  listQuietSubmitters,
  type PendingChange,
} from '../domain/outbox/notifications.js'
import { insertMail, type NewMail } from '../domain/outbox/updates.js'
import { isOptedOut } from '../domain/people/opt-outs.js'
import { timeBefore, toTime } from '../util/time.js'
import { archiveUrl, bareMessageId, patchPath } from '../util/urls.js'

const NEVER = new AbortController().signal

/** Submitters get a letter once nothing has changed for this long, in milliseconds. */
const QUIET = 10 * 60_000

/** So many submitters are looked up at once. */
const BATCH = 100

/** So many patches one mail names; of more it tells the number. */
const MAX_PATCHES = 100

/**
 * Notifies submitters of changes to their patches, once there was no change for ten minutes: one mail each, with all
 * changes. The changes are deleted in the transaction that puts the mail into the outbox, so each is reported once.
 * Returns the number of mails.
 */
export async function notifyOfChanges(
  { db: database, config, now }: Context,
  signal: AbortSignal = NEVER,
): Promise<number> {
  const since = timeBefore(now(), QUIET)
  let count = 0
  while (!signal.aborted) {
    const submitters = await listQuietSubmitters(database, since, BATCH)
    for (const { id, email } of submitters)
      count += await transaction(database, async (db) => {
        const changes = await claimPendingChanges(db, id, since)
        if (changes.length === 0 || !isMailAddress(email) || (await isOptedOut(db, email))) return 0
        await insertMail(db, changesLetter(email, changes, config.publicUrl), toTime(now()))
        return 1
      })
    if (submitters.length < BATCH) break
  }
  return count
}

/** The mail that names the patches that changed, as far as one mail should. */
export function changesLetter(
  recipient: string,
  changes: readonly PendingChange[],
  base: string | undefined,
): NewMail {
  const named = changes.slice(0, MAX_PATCHES)
  const rest = changes.length - named.length
  const body = [
    'Hello,',
    '',
    changes.length === 1
      ? 'the state of your patch has changed:'
      : `the states of ${changes.length} of your patches have changed:`,
    '',
    ...named.flatMap((change) => [...describe(change, base), '']),
    ...(rest > 0 ? [`… and of ${rest} more.`, ''] : []),
    'Replies to this mail are not read; reply to the mail with the patch instead.',
    '',
    '-- ',
    ...(base === undefined ? ['Patchwork'] : [`Patchwork, ${base}/`, `To stop these mails: ${base}/mail/`]),
    '',
  ]
  return { kind: 'changes', recipient, subject: subjectOf(changes), body: body.join('\n') }
}

function subjectOf(changes: readonly PendingChange[]): string {
  const projects = [...new Set(changes.map(({ project_name }) => project_name))]
  const [first] = changes
  const what =
    changes.length === 1 && first
      ? `${oneLine(first.name, 120)}: ${first.now}`
      : `${changes.length} of your patches have changed`
  return `[${projects.length === 1 ? oneLine(projects[0] ?? '', 60) : 'Patchwork'}] ${what}`
}

function describe(change: PendingChange, base: string | undefined): string[] {
  const { name, project_name, link_name, msgid, before, now, list_archive_url_format } = change
  const archived = archiveUrl(list_archive_url_format, msgid)
  return [
    `* ${oneLine(project_name, 60)}: ${oneLine(name, 200)}`,
    `    was: ${before}`,
    `    now: ${now}`,
    base === undefined
      ? `    message id: ${oneLine(bareMessageId(msgid), 300)}`
      : `    ${base}${patchPath(link_name, msgid)}`,
    ...(archived === null ? [] : [`    ${archived}`]),
  ]
}

/** What strangers wrote, as part of a line: nothing in it ends the line, hides or turns around. */
function oneLine(text: string, most: number): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  if (plain.length <= most) return plain
  // Not between the halves of one character.
  return `${plain.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
