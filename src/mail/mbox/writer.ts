import { splitAddress } from '../address.js'
import { transferEncoding } from '../content-type.js'
import { encodeHeader, encodeWords, isAscii } from '../encode.js'
import { decodeHeader, Headers, headerFields } from '../headers.js'
import { authorOf, readSender } from '../sender.js'
import { type BodyInput, formatBody } from './body.js'
import { encodeQuotedPrintable } from './quoted-printable.js'

export { replyTrailers } from './reply-trailers.js'

/** What one mail of a download is made from. */
export interface MboxInput extends BodyInput {
  id: number
  /** UTC, `YYYY-MM-DDTHH:MM:SS…` */
  date: string
  submitter: { name: string | null; email: string }
  /** Mail address of the delegate. */
  delegate: string | undefined
  listEmail: string
  headers: string
}

/** Lines that begin a mail, or that readers of mboxrd unquote. */
const FROM_LINE = /^From /m
const QUOTED_FROM_LINE = /^>*From /m

/** In `mboxrd` no line is left that a reader of that form would unquote. */
export type MboxForm = 'mbox' | 'mboxrd'

/**
 * One mail in the form that `git am` takes, with the `From ` line of an mbox before it. Whatever its text says, all
 * readers find one mail: lines that begin with `From ` are encoded.
 */
export function formatMbox(input: MboxInput, form: MboxForm = 'mbox'): string {
  const text = formatBody(input)
  const submitter = formatAddress(input.submitter)
  const isQuoted = (form === 'mboxrd' ? QUOTED_FROM_LINE : FROM_LINE).test(text) || hasProtectedReturns(input)
  const body = isQuoted ? encodeQuotedPrintable(text) : text
  const encoding = isQuoted ? 'quoted-printable' : isAscii(body) ? '7bit' : '8bit'
  const lines = [
    `From patchwork ${ctime(input.date)}`,
    'Content-Type: text/plain; charset="utf-8"',
    'MIME-Version: 1.0',
    `Content-Transfer-Encoding: ${encoding}`,
    `X-Patchwork-Submitter: ${submitter}`,
    `X-Patchwork-Id: ${input.id}`,
    ...(input.delegate === undefined
      ? []
      : [`X-Patchwork-Delegate: ${encodeHeader(oneLine(input.delegate))}`]),
    ...originalHeaders(input, submitter),
  ]
  return `${lines.join('\n')}\n\n${body}`
}

/**
 * Whether lines of the files end in CR LF, which `git am` takes from mail that is not encoded. A diff of which every
 * line ends so got them on its way.
 */
function hasProtectedReturns({ diff, headers }: MboxInput): boolean {
  if (!diff?.includes('\r\n') || diff[diff.indexOf('\n') - 1] === '\r') return false
  return transferEncoding(new Headers(headers)) !== undefined
}

/** RFC 5322, 3.6.8. What is stored may have come from another program's database. */
const FIELD_NAME = /^[!-9;-~]+$/

/** Ours say how the body is encoded now. */
const REPLACED = new Set(['content-type', 'content-transfer-encoding'])

function originalHeaders(input: MboxInput, submitter: string): string[] {
  const fields = headerFields(input.headers).filter(
    ([name]) => FIELD_NAME.test(name) && !REPLACED.has(name.toLowerCase()),
  )
  const lines = fields.flatMap(([name, value]) => {
    const line = `${name}: ${encodeHeader(value)}`
    // Sent on by a list or a relay: git credits the person who wrote it.
    return name.toLowerCase() === 'from' && isSentOn(input, value)
      ? [`X-Patchwork-Original-From: ${encodeHeader(value)}`, `From: ${submitter}`]
      : [line]
  })
  const hasDate = fields.some(([name]) => name.toLowerCase() === 'date')
  return hasDate ? lines : [...lines, `Date: ${rfc5322(input.date)}`]
}

function isSentOn(input: MboxInput, from: string): boolean {
  const email = splitAddress(decodeHeader(from)).email.toLowerCase()
  if (email === input.listEmail.toLowerCase()) return true
  if (email === input.submitter.email.toLowerCase()) return false
  const sender = readSender(new Headers(input.headers), input.content)
  return sender !== undefined && authorOf(sender, input.listEmail) !== sender.author
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ')
}

const SPECIALS = /[()<>[\]:;@\\,."]/

/** `Name <address>` (RFC 5322, 3.4), the name quoted or encoded where it must be. */
function formatAddress({ name, email }: { name: string | null; email: string }): string {
  const address = encodeHeader(oneLine(email))
  if (!name) return address
  const plain = oneLine(name)
  if (!isAscii(plain)) return `${encodeWords(plain)} <${address}>`
  const quoted = SPECIALS.test(plain) ? `"${plain.replace(/["\\]/g, '\\$&')}"` : plain
  return `${quoted} <${address}>`
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** As C writes times, and so mboxes: `Fri May  3 08:28:19 2019`. */
function ctime(date: string): string {
  const moment = new Date(`${date.slice(0, 19)}Z`)
  const day = String(moment.getUTCDate()).padStart(2, ' ')
  const year = moment.getUTCFullYear()
  return `${DAYS[moment.getUTCDay()]} ${MONTHS[moment.getUTCMonth()]} ${day} ${date.slice(11, 19)} ${year}`
}

function rfc5322(date: string): string {
  return new Date(`${date.slice(0, 19)}Z`).toUTCString().replace('GMT', '-0000')
}

/** The name of a download, without what follows its dot: runs of anything unusual become a hyphen. */
export function downloadName(name: string): string {
  const plain = name.replace(/[^-_A-Za-z0-9.]+/g, '-')
  let [start, end] = [0, plain.length]
  while (start < end && plain[start] === '-') start++
  while (end > start && plain[end - 1] === '-') end--
  return plain.slice(start, end)
}
