import { hash } from 'node:crypto'
import { splitAddress } from '../address.js'
import { contentType, transferEncoding } from '../content-type.js'
import { encodeHeader, encodeWords, isAscii } from '../encode.js'
import { decodeHeader, Headers, headerFields } from '../headers.js'
import { authorOf, readSender } from '../sender.js'
import type { Sender } from '../types.js'
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
export function formatWithBody(input: MboxInput, body: EncodedBody): string {
  const submitter = formatAddress(input.submitter)
  return joined(input, body, [
    `X-Patchwork-Submitter: ${submitter}`,
    `X-Patchwork-Id: ${input.id}`,
    ...(input.delegate === undefined
      ? []
      : [`X-Patchwork-Delegate: ${encodeHeader(oneLine(input.delegate))}`]),
    ...originalHeaders(input, (from) => (isSentOn(input, from) ? submitter : undefined)),
  ])
}

/** The input for a mail that is formatted from the mail as it was posted only. */
export interface PostedInput
  extends Pick<MboxInput, 'date' | 'headers' | 'content' | 'above' | 'diff' | 'diffBytes'> {
  /** Who sent it, if that is read already. */
  sender?: Sender | undefined
}

/**
 * One mail in the same form, which never changes: it has no trailers of replies, and nothing that people, settings or
 * later mail can change, such as the name of the submitter or the delegate. `hashPosted` is its hash.
 */
export function formatPosted(posted: PostedInput): string {
  const input = { ...posted, replies: [] }
  const body = input.diffBytes ? formatBytes(input, input.diffBytes) : formatText(input, 'mbox')
  return joined(
    input,
    body,
    originalHeaders(input, (from) => authorBehind(posted, from)),
  )
}

/** The SHA-256 of `formatPosted`, in hex. */
export function hashPosted(posted: PostedInput): string {
  return hash('sha256', formatPosted(posted), 'hex')
}

function joined(
  { date }: Pick<MboxInput, 'date'>,
  { type = TEXT, encoding, body }: EncodedBody,
  headers: readonly string[],
): string {
  const lines = [
    `From patchwork ${ctime(date)}`,
    `Content-Type: ${type}`,
    'MIME-Version: 1.0',
    `Content-Transfer-Encoding: ${encoding}`,
    ...headers,
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

type Encodable = BodyInput & Pick<MboxInput, 'headers'>

function formatText(input: Encodable, form: MboxForm): EncodedBody {
  const text = formatBody(input)
  const hasFromLine =
    form === 'mboxrd' ? QUOTED_FROM_LINE.test(text) : text.startsWith('From ') || text.includes('\nFrom ')
  const isProtected = hasProtectedReturns(input)
  if (hasFromLine || isProtected) {
    // An archive keeps the text as it is stored.
    const data = isProtected || form === 'mboxrd' ? text : text.replaceAll('\r\n', '\n')
    return { body: encodeQuotedPrintable(data), encoding: 'quoted-printable' }
  }
  return { body: text, encoding: isAscii(text) ? '7bit' : '8bit' }
}

/**
 * A message in UTF-8 with the bytes of a diff, as `git format-patch` writes them: git converts only the message.
 * Encoded, the mail is valid UTF-8 for programs that read all of it as text.
 */
function formatBytes(input: Encodable, bytes: Buffer): EncodedBody {
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
 * end in CR LF received them in transit. Of a mail with several parts, each has its own encoding, nearly always one that
 * protects such lines.
 */
function hasProtectedReturns({ diff, headers }: Encodable): boolean {
  if (!diff?.includes('\r\n') || diff[diff.indexOf('\n') - 1] === '\r') return false
  const fields = new Headers(headers)
  const isMultipart = contentType(fields.get('content-type') ?? '').type.startsWith('multipart/')
  return isMultipart || transferEncoding(fields) !== undefined
}

/** RFC 5322, 3.6.8. Stored text may come from another program's database. */
const FIELD_NAME = /^[!-9;-~]+$/

/** Replaced by headers that describe the new encoding of the body. */
const REPLACED = new Set(['content-type', 'content-transfer-encoding'])

/**
 * The headers of the mail as it was posted. `authorOfFrom` returns the author for a `From` that a list or a relay has
 * replaced.
 */
function originalHeaders(
  input: Pick<MboxInput, 'date' | 'headers'>,
  authorOfFrom: (from: string) => string | undefined,
): string[] {
  const lines: string[] = []
  let hasDate = false
  for (const [name, value] of headerFields(input.headers)) {
    const key = name.toLowerCase()
    if (REPLACED.has(key) || !FIELD_NAME.test(name)) continue
    // Forwarded by a list or a relay: git credits the author.
    const author = key === 'from' ? authorOfFrom(value) : undefined
    if (author === undefined) lines.push(`${name}: ${encodeHeader(value)}`)
    else lines.push(`X-Patchwork-Original-From: ${encodeHeader(value)}`, `From: ${author}`)
    hasDate ||= key === 'date'
  }
  if (!hasDate) lines.push(`Date: ${rfc5322(input.date)}`)
  return lines
}

function isSentOn(input: MboxInput, from: string): boolean {
  const email = splitAddress(decodeHeader(from)).email.toLowerCase()
  if (email === input.listEmail.toLowerCase()) return true
  if (email === input.submitter.email.toLowerCase()) return false
  const sender = readSender(new Headers(input.headers), input.content)
  return sender !== undefined && authorOf(sender, input.listEmail) !== sender.author
}

/** The author of a mail that was forwarded by a list or a relay, as the mail itself tells it. */
function authorBehind(
  { headers, content, sender = readSender(new Headers(headers), content) }: PostedInput,
  from: string,
): string | undefined {
  if (!sender || !from.includes(sender.author.email)) return undefined
  // Nearly every mail names its author in `From`; a list that does not say so there is named in `List-Post`.
  if (!sender.isSentOn && !headers.includes(`mailto:${sender.author.email}`)) return undefined
  const [, list = ''] = LIST_POST.exec(headers) ?? []
  const author = authorOf(sender, list)
  if (author === sender.author) return undefined
  return formatAddress({ name: author.name ?? null, email: author.email })
}

const LIST_POST = /^List-Post:\s*<mailto:([^<>?\s]+)/im

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
