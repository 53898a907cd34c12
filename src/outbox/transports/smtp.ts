import { createTransport } from 'nodemailer'
import type { SmtpSettings } from '../../config/mail-settings.js'
import { Refused, type Transport, Unreachable } from './transport.js'

/** How long a mail server may take for each step, in milliseconds. */
const TIMEOUTS = {
  connectionTimeout: 20_000,
  greetingTimeout: 20_000,
  dnsTimeout: 10_000,
  socketTimeout: 60_000,
}

/** Nodemailer's codes for errors of one mail, not of the connection. */
const OF_THE_MAIL = new Set(['EENVELOPE', 'EMESSAGE'])

/** Hands each mail to a mail server. */
export function smtpTransport(settings: SmtpSettings): Transport {
  const { host, port, isSecure, user, password, tls } = settings
  const mailer = createTransport({
    host,
    port,
    secure: isSecure,
    requireTLS: tls === 'required',
    ignoreTLS: tls === 'off',
    tls: { rejectUnauthorized: tls !== 'unverified' },
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    ...TIMEOUTS,
  })
  return {
    async send({ from, to, raw }, signal) {
      try {
        await mailer.sendMail({ raw, envelope: { from, to: [to] }, signal })
      } catch (error) {
        throw explain(error as SmtpError)
      }
    },
    async check() {
      try {
        await mailer.verify()
      } catch (error) {
        throw new Unreachable((error as SmtpError).response || (error as Error).message, { cause: error })
      }
    },
  }
}

interface SmtpError extends Error {
  code?: string
  responseCode?: number
  response?: string
}

/**
 * The answer of the mail server, or the error of the connection; 4yz is temporary, 5yz is permanent (RFC 5321,
 * 4.2.1).
 */
function explain(error: SmtpError): Error {
  const text = error.response || error.message
  if (!OF_THE_MAIL.has(error.code ?? '')) return new Unreachable(text, { cause: error })
  return (error.responseCode ?? 500) >= 500
    ? new Refused(text, { cause: error })
    : new Error(text, { cause: error })
}
