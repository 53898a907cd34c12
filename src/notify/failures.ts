import type { Context } from '../context.js'
import { insertMail, type OutboxMail } from '../store/outbox.js'
import { toTime } from '../store/time.js'
import { failureLetter } from './letters.js'

/** So many failures one mail names. */
const MOST = 50

/** Tells the administrators of something, by mail, in a few lines; nobody, if none are configured. */
export async function tellAdministrators(
  { db, config, now }: Context,
  subject: string,
  lines: readonly string[],
): Promise<void> {
  for (const administrator of config.administrators)
    await insertMail(db, failureLetter(administrator, subject, lines), toTime(now()))
}

/** Tells the administrators of mail that was given up; not of their own, which would go the same way. */
export async function tellOfFailures(context: Context, failed: readonly OutboxMail[]): Promise<void> {
  const others = failed.filter(({ kind }) => kind !== 'failures')
  if (others.length === 0) return
  const { publicUrl } = context.config
  const where = publicUrl === undefined ? '/admin/outbox/' : `${publicUrl}/admin/outbox/`
  await tellAdministrators(context, `${others.length} mails could not be sent`, [
    'These mails could not be sent and are not tried any more:',
    '',
    ...others
      .slice(0, MOST)
      .flatMap(({ recipient, subject, reason }) => [`* to ${recipient}: ${subject}`, `    ${reason}`]),
    '',
    `Once the reason is gone, they can be sent again: ${where}`,
  ])
}
