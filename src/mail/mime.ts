import { transferEncoding } from './content-type.js'
import type { Headers } from './headers.js'
import { type Leaf, leavesOf } from './multipart.js'
import { splitDiff } from './split.js'
import { type TextPart, textPart } from './text-part.js'

/** All text parts of a mail, in order, at any depth (RFC 2045, 2046). */
export function textParts(
  bytes: Buffer,
  headers: Headers,
  bodyStart: number,
  problems: string[],
): TextPart[] {
  const parts = leavesOf(bytes, headers, bodyStart, problems).flatMap((leaf) => {
    const part = textPart(leaf.type, leaf.headers, () => transferDecoded(bytes, leaf))
    return part ? [leaf.headers === headers ? asBody(part) : part] : []
  })
  return parts.some(({ role }) => role === 'marked') ? withMarkedText(parts) : parts
}

/** A mail that is a patch file as a whole has its message above the diff, as in git. */
function asBody(part: TextPart): TextPart {
  const isBody = part.role === 'file' && splitDiff(part.text).diff !== undefined
  return isBody ? { ...part, role: 'message', isApplication: false } : part
}

/** Text with markup counts if there is no plain text. */
function withMarkedText(parts: readonly TextPart[]): TextPart[] {
  const hasText = parts.some(({ role, text }) => role === 'message' && text.trim() !== '')
  return parts.flatMap((part) =>
    part.role !== 'marked' ? part : hasText ? [] : { ...part, role: 'message' },
  )
}

/** The bytes of a part without their transfer encoding (RFC 2045, 6); an unknown encoding is ignored. */
function transferDecoded(bytes: Buffer, { headers, start, end }: Leaf): Buffer {
  const body = bytes.subarray(start, end)
  const encoding = transferEncoding(headers)
  if (encoding === 'base64') return decodeBase64(body)
  if (encoding === 'quoted-printable') return decodeQuotedPrintable(body)
  return body
}

/**
 * RFC 2045, 6.8: characters outside of the alphabet are skipped, and padding ends the data. Node also accepts the
 * alphabet of RFC 4648, 5, in which a list's footer would be data.
 */
function decodeBase64(body: Buffer): Buffer {
  return Buffer.from(body.toString('latin1').replace(/[-_]/g, ''), 'base64')
}

const TAB = 9
const LF = 10
const CR = 13
const SPACE = 32
const EQUALS = 0x3d

/** RFC 2045, 6.7. A `=` that begins no escape stays. */
function decodeQuotedPrintable(body: Buffer): Buffer {
  if (!body.includes(EQUALS)) return body
  const out = Buffer.allocUnsafe(body.length)
  let length = 0
  for (let at = 0; at < body.length; ) {
    const found = body.indexOf(EQUALS, at)
    const end = found < 0 ? body.length : found
    length += body.copy(out, length, at, end)
    if (found < 0) break
    at = found
    const lineEnd = softBreakEnd(body, at + 1)
    const value = lineEnd < 0 ? hexPair(body[at + 1], body[at + 2]) : 0
    if (lineEnd >= 0) at = lineEnd
    else if (value >= 0) {
      out[length++] = value
      at += 3
    } else {
      out[length++] = EQUALS
      at++
    }
  }
  return out.subarray(0, length)
}

/** The offset of the next line if only blanks precede it, else -1. */
function softBreakEnd(body: Buffer, from: number): number {
  let at = from
  while (at - from < 100 && (body[at] === SPACE || body[at] === TAB)) at++
  if (body[at] === CR) at++
  if (at >= body.length) return body.length
  return body[at] === LF ? at + 1 : -1
}

function hexPair(high: number | undefined, low: number | undefined): number {
  const [a, b] = [hexDigit(high), hexDigit(low)]
  return a < 0 || b < 0 ? -1 : a * 16 + b
}

function hexDigit(code: number | undefined): number {
  if (code === undefined) return -1
  if (code >= 48 && code <= 57) return code - 48
  if (code >= 65 && code <= 70) return code - 55
  if (code >= 97 && code <= 102) return code - 87
  return -1
}
