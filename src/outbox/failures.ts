import type { Context } from '../config/context.js'
import { transaction } from '../db/transaction.js'
import { type Failure, type FailureKind, listUnnotified } from '../domain/failures/queries.js'
import { deleteOldFailures, markNotified } from '../domain/failures/updates.js'
import { findNewestMail } from '../domain/outbox/queries.js'
import { insertMail } from '../domain/outbox/updates.js'
import { timeBefore, toTime } from '../util/time.js'
import { failureLetter } from './letters.js'

/**
 * Failure mail to administrators: one mail with all failures since the last one, with a minimum interval. A failure
 * that continues is reported again after a day. A failure to send these mails is never reported, because the report
 * would fail too.
 */

const MINUTE = 60_000

/** At least so long from one mail to the next, in milliseconds. */
const QUIET = 60 * MINUTE

/** A job or a source that fails for less may come back by itself. */
const FAILING_FOR_MS = 10 * MINUTE

const AGAIN_AFTER = 24 * 60 * MINUTE

/** What did not happen again for so long is no news for anybody. */
const RETENTION_MS = 7 * 24 * 60 * MINUTE

/** So many failures one mail names. */
const MAX_LISTED = 50

const WORDS: Readonly<Record<FailureKind, (name: string) => string>> = {
  'incoming mail': (name) => `mail ${name} of the journal could not be processed`,
  'outgoing mail': (name) => `a mail could not be sent and was given up: ${name}`,
  job: (name) => `the job "${name}" fails`,
  source: (name) => `mail cannot be fetched: ${name}`,
}

/** Says in a few words what went wrong. */
export function describeFailure({ kind, name }: Pick<Failure, 'kind' | 'name'>): string {
  return WORDS[kind](name)
}

/** Tells the administrators what went wrong, if anything did and they were not told just before; says of how much. */
export async function notifyOfFailures({ db: database, config, now }: Context): Promise<number> {
  const time = now()
  const before = (milliseconds: number) => timeBefore(time, milliseconds)
  return await transaction(database, async (db) => {
    await deleteOldFailures(db, before(RETENTION_MS))
    if (config.administrators.length === 0) return 0
    const last = await findNewestMail(db, 'failures')
    if (last && last.created > before(QUIET)) return 0
    const failures = await listUnnotified(db, {
      failingSince: before(FAILING_FOR_MS),
      notifiedBefore: before(AGAIN_AFTER),
    })
    if (failures.length === 0) return 0
    const lines = linesOf(failures, config.publicUrl ?? '')
    const subject = `${failures.length} ${failures.length === 1 ? 'thing needs' : 'things need'} your attention`
    for (const administrator of config.administrators)
      await insertMail(db, failureLetter(administrator, subject, lines), toTime(time))
    await markNotified(db, failures, toTime(time))
    return failures.length
  })
}

function linesOf(failures: readonly Failure[], base: string): string[] {
  const rest = failures.length - MAX_LISTED
  return [
    'These failures occurred:',
    '',
    ...failures
      .slice(0, MAX_LISTED)
      .flatMap((failure) => [`* ${describeFailure(failure)}`, ...detailsOf(failure)]),
    ...(rest > 0 ? [`* and ${rest} more`] : []),
    '',
    'When the cause is solved, mail can be processed or sent again:',
    '',
    `${base}/admin/mail/?outcome=failed`,
    `${base}/admin/outbox/`,
  ]
}

function detailsOf({ reason, count, first }: Failure): string[] {
  const often = count > 1 ? [`    ${count} times since ${first.slice(0, 16).replace('T', ' ')} UTC`] : []
  return [`    ${reason.replaceAll(/\s+/g, ' ')}`, ...often]
}
