import { splitAddress } from '../../mail/address.js'
import { decodeHeader, headerFields } from '../../mail/headers.js'

/** A mail that can be answered. */
export interface Answerable {
  readonly msgid: string
  readonly headers: string
  readonly submitter_email: string
}

/** Mail programs accept addresses of about this length. */
const MAX_COPIES = 30

/** What an address may be made of here: nothing that could begin another field of the address. */
const PLAIN = /^[^\s@,;:<>()[\]"\\]+@[^\s@,;:<>()[\]"\\]+$/

/**
 * The `mailto:` URL (RFC 6068) for a reply to all: to the sender, with copies to the list and the other recipients,
 * in the same thread.
 */
export function replyHref({ msgid, headers, submitter_email }: Answerable, listEmail: string): string {
  const fields = headerFields(headers)
  const valuesOf = (wanted: string) =>
    fields.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => decodeHeader(value))
  const copies = [listEmail, ...[...valuesOf('to'), ...valuesOf('cc')].flatMap(addressesIn)]
  const others = copies.filter((email) => email.toLowerCase() !== submitter_email.toLowerCase())
  const query = [
    ['Cc', firstOfEach(others).slice(0, MAX_COPIES).join(',')],
    ['Subject', replySubject(valuesOf('subject')[0] ?? '')],
    ['In-Reply-To', msgid],
  ]
  const to = PLAIN.test(submitter_email) ? encodeURIComponent(submitter_email) : ''
  return `mailto:${to}?${query.map(([name, value]) => `${name}=${encoded(value ?? '')}`).join('&')}`
}

function addressesIn(value: string): string[] {
  return value
    .split(',', MAX_COPIES)
    .map((part) => splitAddress(part).email)
    .filter((email) => PLAIN.test(email))
}

function firstOfEach(emails: readonly string[]): string[] {
  return [...new Map(emails.map((email) => [email.toLowerCase(), email])).values()]
}

function replySubject(subject: string): string {
  return /^re:/i.test(subject) ? subject : `Re: ${subject}`
}

/** Half a character, which a stranger may well send, has no encoding. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}
