import { createTransport } from 'nodemailer'
import type { Config } from '../config/config.js'
import { isMailAddress } from '../config/mail-settings.js'
import type { OutboxMail } from '../domain/outbox/queries.js'
import { type Composed, Refused } from './transports/transport.js'

/** Builds mails and sends them nowhere. */
const composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' })

/**
 * The complete mail of an outbox entry. It is the same on every call, including message id and date. Throws Refused
 * for an invalid recipient.
 */
export async function composeMail(
  mail: OutboxMail,
  { mailFrom, publicUrl }: Pick<Config, 'mailFrom' | 'publicUrl'>,
): Promise<Composed> {
  const { recipient, subject, body, kind } = mail
  if (!isMailAddress(recipient)) throw new Refused('This is not a valid mail address.')
  const messageId = `${mail.token}@${mailFrom.address.split('@')[1]}`
  const hasWayOut = kind === 'changes' && publicUrl !== undefined
  const { message } = await composer.sendMail({
    messageId: `<${messageId}>`,
    date: new Date(`${mail.created}Z`),
    from: { ...mailFrom },
    // As an object: nothing in it is looked at for a second address.
    to: { name: '', address: recipient },
    subject,
    text: body,
    headers: {
      // RFC 3834, 5: automatic responders do not answer it.
      'Auto-Submitted': 'auto-generated',
      ...(hasWayOut ? { 'List-Unsubscribe': `<${publicUrl}/mail/>` } : {}),
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return { messageId, from: mailFrom.address, to: recipient, raw: message as Buffer }
}
