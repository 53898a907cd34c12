import { decodeText } from '../charset.js'
import { parseMail } from '../parse.js'
import { encodeQuotedPrintable, encodeQuotedPrintableBytes } from './quoted-printable.js'
import { type EncodedBody, formatMbox, formatWithBody, type MboxInput } from './writer.js'

/**
 * A mail for an archive: read again, it has the stored texts. Usually its text with the diff in its place is enough.
 * An attached file with text above its diff, or lines that would be a signature, need another form.
 */
export function formatArchiveMail(input: MboxInput): string {
  const plain = formatMbox(input, 'mboxrd')
  if (isRestored(input, plain)) return plain
  const withReturns = { ...input, ...protectedLines(input) }
  const others = [
    () => formatWithBody(input, attachedDiff(input)),
    () => formatMbox(withReturns, 'mboxrd'),
    () => formatWithBody(withReturns, attachedDiff(withReturns)),
  ]
  for (const other of others) {
    const mail = other()
    if (isRestored(input, mail)) return mail
  }
  return plain
}

function isRestored({ content, diff, diffBytes, above }: MboxInput, mbox: string): boolean {
  const mail = parseMail(Buffer.from(mbox))
  const read = mail.isReply && mail.asPatch && diff !== null ? mail.asPatch : mail
  return (
    read.content === content &&
    (read.diff ?? null) === diff &&
    read.diffBytes === diffBytes?.toString('base64') &&
    (read.aboveDiff ?? null) === (above ?? null)
  )
}

/** A line that ends in CR LF marks no signature, and is read with its line feed only. */
function protectedLines({ content, above }: MboxInput): Pick<MboxInput, 'content' | 'above'> {
  const start = content.slice(0, above ?? content.length)
  return {
    content: content.replaceAll('\n', '\r\n'),
    above: above === null || above === undefined ? above : start.replaceAll('\n', '\r\n').length,
  }
}

/** No line of quoted-printable text has these first characters. */
const BOUNDARY = '=_patchwork'

/** The content, and the diff as a file. */
function attachedDiff({ content, diff, diffBytes, headers }: MboxInput): EncodedBody {
  const file = diffBytes ? encodeQuotedPrintableBytes(diffBytes) : encodeQuotedPrintable(diff ?? '')
  const charset = diffBytes ? charsetOf(diffBytes, diff ?? '', headers) : 'utf-8'
  const body = [
    ...partOf('text/plain; charset="utf-8"', encodeQuotedPrintable(content)),
    ...partOf(charset === undefined ? 'text/x-patch' : `text/x-patch; charset="${charset}"`, file),
    `--${BOUNDARY}--\n`,
  ]
  return { type: `multipart/mixed; boundary="${BOUNDARY}"`, encoding: '7bit', body: body.join('\n') }
}

/** Charsets of files, tried in this order. */
const CHARSETS =
  'windows-1252 iso-8859-1 iso-8859-15 iso-8859-2 windows-1250 windows-1251 koi8-r koi8-u gb18030 big5 shift_jis euc-jp euc-kr'.split(
    ' ',
  )

/** A charset in which the bytes of a diff are its text: that of its mail, or one that is common. */
function charsetOf(bytes: Buffer, diff: string, headers: string): string | undefined {
  const declared = DECLARED.exec(headers)?.[1]
  const names = declared === undefined ? CHARSETS : [declared, ...CHARSETS]
  return names.find((name) => decodeText(bytes, name) === diff)
}

const DECLARED = /charset="?([\w.:-]{1,40})/i

function partOf(type: string, text: string): string[] {
  return [`--${BOUNDARY}`, `Content-Type: ${type}`, 'Content-Transfer-Encoding: quoted-printable', '', text]
}
