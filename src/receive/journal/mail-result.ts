import type { MailResult } from '../../domain/mails/journal-outcome.js'
import type { Outcome } from '../../ingest/outcome.js'
import { contentDigestOf } from '../../mail/digests.js'
import { truncateName } from '../../mail/limits.js'
import type { ParsedMail } from '../../mail/types.js'
import { truncate } from '../../util/text.js'

/** The result that the journal stores for a processed mail. */

/** Maximum length of a stored reason, in characters. */
export const MAX_REASON = 1000

const EMPTY: Omit<MailResult, 'outcome'> = {
  reason: null,
  msgid: null,
  subject: null,
  sender: null,
  essence: null,
  project_id: null,
  patch_id: null,
  cover_id: null,
  comment_id: null,
}

/** The result of a mail that could not be processed. */
export function failedResult(reason: string): MailResult {
  return { ...EMPTY, outcome: 'failed', reason }
}

/** The result of a mail that was processed. */
export function resultOf(mail: ParsedMail, outcome: Outcome): MailResult {
  return { ...EMPTY, ...factsOf(mail), ...outcomeOf(outcome) }
}

/** The stored fields of a mail, independent of its outcome. */
function factsOf(mail: ParsedMail): Partial<MailResult> {
  const { messageId, subject, from } = mail
  return {
    msgid: messageId ?? null,
    subject: subject === undefined ? null : truncateName(subject),
    sender: from === undefined ? null : truncateName(from),
    essence: contentDigestOf(mail),
  }
}

function outcomeOf(outcome: Outcome): Pick<MailResult, 'outcome'> & Partial<MailResult> {
  if (!('id' in outcome)) {
    const { kind, reason, project = null } = outcome
    return { outcome: kind === 'rejected' ? 'failed' : kind, reason, project_id: project }
  }
  const { kind, id, project, problems } = outcome
  const reason = problems.length > 0 ? truncate(problems.join(' '), MAX_REASON) : null
  const about = kind === 'comment' ? outcome.parent : { kind, id }
  return {
    outcome: kind,
    reason,
    project_id: project,
    ...(about.kind === 'patch' ? { patch_id: about.id } : { cover_id: about.id }),
    ...(kind === 'comment' ? { comment_id: id } : {}),
  }
}
