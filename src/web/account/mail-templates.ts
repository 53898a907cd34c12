import type { Database, Time } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { insertMail, type NewMail } from '../../domain/outbox/updates.js'
import {
  type ConfirmationType,
  countConfirmations,
  insertConfirmation,
} from '../../domain/users/confirmations.js'
import { addressOf } from '../../server/rate-limit.js'
import { TooMany } from '../../util/errors.js'
import { HOUR_MS, momentOf, timeBefore } from '../../util/time.js'
import type { RequestContext } from '../framework/request-context.js'

/** How many letters in an hour one address gets: strangers could have it flooded. Those beyond are not sent, without a word. */
const MAX_PER_ADDRESS = 3

/** Counts requests that send a letter, by client and by address. Throws TooMany. */
export async function countMailRequest({ auth, request, now }: RequestContext): Promise<void> {
  const wait = await auth.letters.take(addressOf(request), Date.parse(`${now}Z`))
  if (wait > 0) throw new TooMany('Too many mails were requested from here; try again later.', wait)
}

interface LetterRequest {
  type: ConfirmationType
  email: string
  userId?: number | undefined
  /** The letter to the confirming address; undefined: none is sent, and the page does not reveal it. */
  letter: (link: string) => NewMail | undefined
}

/**
 * Sends a mail with a confirmation link to an address. It goes to exactly the stored address: characters that only
 * some systems treat as equal, such as K and the Kelvin sign, must not let one mailbox confirm another. Returns
 * whether a mail is sent.
 */
export async function askToConfirm(
  context: RequestContext,
  asked: LetterRequest,
  db: Database = context.db,
): Promise<boolean> {
  const { mailBase, now } = context
  const email = asked.email.toLowerCase()
  return await transaction(db, async (db) => {
    const before = await countConfirmations(db, email, hourBefore(now))
    const key = await insertConfirmation(db, { ...asked, email }, now)
    const letter = before < MAX_PER_ADDRESS ? asked.letter(`${mailBase}/confirm/${key}/`) : undefined
    if (letter) await insertMail(db, { ...letter, recipient: email }, now)
    return letter !== undefined
  })
}

function hourBefore(now: Time): Time {
  return timeBefore(momentOf(now), HOUR_MS)
}
