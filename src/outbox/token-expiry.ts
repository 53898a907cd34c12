import type { Context } from '../config/context.js'
import { isMailAddress } from '../config/mail-settings.js'
import type { Database } from '../db/schema.js'
import { transaction } from '../db/transaction.js'
import { insertMail } from '../domain/outbox/updates.js'
import { maintainersOf } from '../domain/projects/maintainers.js'
import { projectsWith } from '../domain/projects/queries.js'
import { type ExpiringToken, listExpiring } from '../domain/tokens/expiring.js'
import { markWarned } from '../domain/tokens/updates.js'
import { DAY_MS, timeAfter, toTime } from '../util/time.js'
import { tokenExpiryLetter } from './letters.js'

/** Owners of tokens are warned so long before they expire. */
const NOTICE_MS = 7 * DAY_MS

/**
 * Mails the owners of tokens that expire within a week, once for each token: of a bot, the maintainers of its project.
 * A token that was made for less than that is not mentioned. Returns how many tokens there were.
 */
export async function warnOfExpiry({ db: database, config, now }: Context): Promise<number> {
  const time = now()
  const until = timeAfter(time, NOTICE_MS)
  const period = { now: toTime(time), until, noticeMs: NOTICE_MS }
  // Mostly there is none, which costs no transaction to see.
  if ((await listExpiring(database, period)).length === 0) return 0
  return await transaction(database, async (db) => {
    const tokens = await listExpiring(db, period)
    for (const token of tokens)
      for (const recipient of token.isShort ? [] : await recipientsOf(db, token))
        await insertMail(
          db,
          tokenExpiryLetter({
            ...token,
            email: recipient.email,
            link: `${config.publicUrl ?? ''}${recipient.path}`,
            base: config.publicUrl ?? '',
          }),
          period.now,
        )
    await markWarned(
      db,
      tokens.map(({ id }) => id),
      period.now,
    )
    return tokens.length
  })
}

/** Whom to warn, and where they replace the token. */
async function recipientsOf(
  db: Database,
  { userId, email, botOf }: ExpiringToken,
): Promise<{ email: string; path: string }[]> {
  if (botOf === null) return isMailAddress(email) ? [{ email, path: '/user/tokens/' }] : []
  const project = (await projectsWith(db, [botOf])).get(botOf)
  if (!project) return []
  const path = `/project/${project.link_name}/settings/bots/${userId}/`
  const maintainers = await maintainersOf(db, [botOf])
  return maintainers.flatMap((maintainer) =>
    isMailAddress(maintainer.email) ? [{ email: maintainer.email, path }] : [],
  )
}
