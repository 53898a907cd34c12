import { splitAddress } from '../address.js'
import { transferEncoding } from '../content-type.js'
import { encodeHeader, encodeWords, isAscii } from '../encode.js'
import { decodeHeader, Headers, headerFields } from '../headers.js'
import { authorOf, readSender } from '../sender.js'
import { type BodyInput, bodyParts, formatBody } from './body.js'
import { encodeQuotedPrintable, encodeQuotedPrintableBytes } from './quoted-printable.js'

export { replyTrailers } from './reply-trailers.js'

/** The input for one mail of a download. */
export interface MboxInput extends BodyInput {
  id: number
  /** UTC, `YYYY-MM-DDTHH:MM:SS…` */
  date: string
  submitter: { name: string | null; email: string }
  /** Email address of the delegate. */
  delegate: string | undefined
  listEmail: string
  headers: string
  /** The bytes of the diff, if they are not its UTF-8 form. */
  diffBytes?: Buffer | undefined
}

/** Lines that begin a mail in an mbox, or that mboxrd readers unquote. */
const FROM_LINE = /^From /m
const QUOTED_FROM_LINE = /^>*From /m

/** For `mboxrd`: no remaining line is one that an mboxrd reader would unquote. */
export type MboxForm = 'mbox' | 'mboxrd'

/**
 * One mail in the form that `git am` accepts, after the `From ` line of an mbox. For any text, all
 * readers find exactly one mail, because lines that begin with `From ` are encoded.
 */
export function formatMbox(input: MboxInput, form: MboxForm = 'mbox'): string {
  return formatWithBody(
    input,
    input.diffBytes ? formatBytes(input, input.diffBytes) : formatText(input, form),
  )
}

/** A mail with its own headers and an encoded body. */
export function formatWithBody(input: MboxInput, { type = TEXT, encoding, body }: EncodedBody): string {
  const submitter = formatAddress(input.submitter)
  const lines = [
    `From patchwork ${ctime(input.date)}`,
    `Content-Type: ${type}`,
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

const TEXT = 'text/plain; charset="utf-8"'

/** A body as it is written into a mail. */
export interface EncodedBody {
  /** The value of `Content-Type`; by default a text in UTF-8. */
  type?: string
  body: string
  encoding: 'quoted-printable' | '7bit' | '8bit'
}

function formatText(input: MboxInput, form: MboxForm): EncodedBody {
  const text = formatBody(input)
  const isQuoted = (form === 'mboxrd' ? QUOTED_FROM_LINE : FROM_LINE).test(text) || hasProtectedReturns(input)
  if (isQuoted) return { body: encodeQuotedPrintable(text), encoding: 'quoted-printable' }
  return { body: text, encoding: isAscii(text) ? '7bit' : '8bit' }
}

/**
 * A message in UTF-8 with the bytes of a diff, as `git format-patch` writes them: git converts only the message.
 * Encoded, the mail is valid UTF-8 for programs that read all of it as text.
 */
function formatBytes(input: MboxInput, bytes: Buffer): EncodedBody {
  const { above, below } = bodyParts(input)
  const isWhole = bytes.at(-1) === LF
  const diff = hasProtectedReturns(input) ? bytes : withoutReturns(bytes)
  const whole = [Buffer.from(above), diff, Buffer.from(isWhole ? '' : '\n'), Buffer.from(below)]
  return { body: encodeQuotedPrintableBytes(Buffer.concat(whole)), encoding: 'quoted-printable' }
}

const LF = 10

/** Without the returns at line ends, which git removes from unencoded mail. */
function withoutReturns(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')
}

/**
 * Whether lines of the files end in CR LF, whose CR `git am` removes in unencoded mail. A diff whose lines all
 * end in CR LF received them in transit.
 */
function hasProtectedReturns({ diff, headers }: MboxInput): boolean {
  if (!diff?.includes('\r\n') || diff[diff.indexOf('\n') - 1] === '\r') return false
  return transferEncoding(new Headers(headers)) !== undefined
}

/** RFC 5322, 3.6.8. Stored text may come from another program's database. */
const FIELD_NAME = /^[!-9;-~]+$/

/** Replaced by headers that describe the new encoding of the body. */
const REPLACED = new Set(['content-type', 'content-transfer-encoding'])

function originalHeaders(input: MboxInput, submitter: string): string[] {
  const fields = headerFields(input.headers).filter(
    ([name]) => FIELD_NAME.test(name) && !REPLACED.has(name.toLowerCase()),
  )
  const lines = fields.flatMap(([name, value]) => {
    const line = `${name}: ${encodeHeader(value)}`
    // Forwarded by a list or a relay: git credits the author.
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

/** `Name <address>` (RFC 5322, 3.4), the name quoted or encoded if necessary. */
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

/** The time format of C and of mboxes: `Fri May  3 08:28:19 2019`. */
function ctime(date: string): string {
  const moment = new Date(`${date.slice(0, 19)}Z`)
  const day = String(moment.getUTCDate()).padStart(2, ' ')
  const year = moment.getUTCFullYear()
  return `${DAYS[moment.getUTCDay()]} ${MONTHS[moment.getUTCMonth()]} ${day} ${date.slice(11, 19)} ${year}`
}

function rfc5322(date: string): string {
  return new Date(`${date.slice(0, 19)}Z`).toUTCString().replace('GMT', '-0000')
}

/** The file name of a download without its extension: runs of unusual characters become a hyphen. */
export function downloadName(name: string): string {
  const plain = name.replace(/[^-_A-Za-z0-9.]+/g, '-')
  let [start, end] = [0, plain.length]
  while (start < end && plain[start] === '-') start++
  while (end > start && plain[end - 1] === '-') end--
  return plain.slice(start, end)
}
