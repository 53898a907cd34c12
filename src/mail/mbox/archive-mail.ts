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
function attachedDiff({ content, diff, diffBytes }: MboxInput): EncodedBody {
  const file = diffBytes ? encodeQuotedPrintableBytes(diffBytes) : encodeQuotedPrintable(diff ?? '')
  const body = [
    ...partOf('text/plain; charset="utf-8"', encodeQuotedPrintable(content)),
    ...partOf(diffBytes ? 'text/x-patch' : 'text/x-patch; charset="utf-8"', file),
    `--${BOUNDARY}--\n`,
  ]
  return { type: `multipart/mixed; boundary="${BOUNDARY}"`, encoding: '7bit', body: body.join('\n') }
}

function partOf(type: string, text: string): string[] {
  return [`--${BOUNDARY}`, `Content-Type: ${type}`, 'Content-Transfer-Encoding: quoted-printable', '', text]
}
