import { decodeText } from './charset.js'
import { type Headers, readHeaders } from './headers.js'
import { addProblem, LIMITS, truncate } from './limits.js'

/** A text part of a mail, decoded. */
export interface TextPart {
  /** What follows `text/`, in lower case. */
  subtype: string
  text: string
}

interface Entity {
  headers: Headers
  start: number
  end: number
  depth: number
  /** What a part is that does not say it. */
  defaultType: string
}

/** What a `Content-Type` says, as far as we ask. */
interface ContentType {
  type: string
  boundary: string | undefined
  charset: string | undefined
}

/**
 * All text parts of a mail in their order, at any depth (RFC 2045, 2046). Only the subtypes in `wanted` are
 * decoded. Walks a list, not itself: how deep a mail is nested is its sender's choice.
 */
export function textParts(
  bytes: Buffer,
  headers: Headers,
  bodyStart: number,
  wanted: ReadonlySet<string>,
  problems: string[],
): TextPart[] {
  const parts: TextPart[] = []
  const waiting: Entity[] = [
    { headers, start: bodyStart, end: bytes.length, depth: 0, defaultType: 'text/plain' },
  ]
  let count = 0
  for (let entity = waiting.pop(); entity; entity = waiting.pop()) {
    if (++count > LIMITS.parts) {
      addProblem(problems, `The mail has more than ${LIMITS.parts} parts; the rest were left out.`)
      break
    }
    const type = contentType(entity.headers.get('content-type') ?? entity.defaultType)
    if (isText(type, wanted)) {
      const text = decodeText(transferDecoded(bytes, entity), type.charset)
      parts.push({ subtype: type.type.slice(5), text })
    } else waiting.push(...partsWithin(bytes, entity, type, problems).toReversed())
  }
  return parts
}

function isText({ type }: ContentType, wanted: ReadonlySet<string>): boolean {
  return type.startsWith('text/') && wanted.has(type.slice(5))
}

/** What a multipart or a forwarded message is made of; nothing for everything else. */
function partsWithin(bytes: Buffer, entity: Entity, type: ContentType, problems: string[]): Entity[] {
  const isMultipart = type.type.startsWith('multipart/')
  // A report of delivery is made of headers only.
  const isMessage = type.type.startsWith('message/') && type.type !== 'message/delivery-status'
  if (!isMultipart && !isMessage) return []
  if (entity.depth >= LIMITS.depth) {
    addProblem(problems, `Parts nested deeper than ${LIMITS.depth} were left out.`)
    return []
  }
  if (!isMultipart) return [part(bytes, entity.start, entity.end, entity, problems)]
  const inner = type.boundary === undefined ? [] : splitMultipart(bytes, entity, type.boundary, problems)
  if (inner.length === 0)
    addProblem(problems, 'A part says that it holds others, but nothing marks them; it was left out.')
  return inner
}

/** RFC 2045, 5.2: what says nothing, or nothing that can be read, is plain text. */
function contentType(value: string): ContentType {
  const [type = '', ...parameters] = splitParameters(truncate(value, LIMITS.headerValue).replaceAll('\n', ''))
  const parameter = (name: string) => {
    for (const text of parameters) {
      const equals = text.indexOf('=')
      const key = text.slice(0, equals).trim().toLowerCase()
      if (equals > 0 && (key === name || key === `${name}*`))
        return parameterValue(text.slice(equals + 1), key)
    }
    return undefined
  }
  const lower = type.trim().toLowerCase()
  const isKnown = lower.split('/').length === 2
  return {
    type: isKnown ? lower : 'text/plain',
    boundary: parameter('boundary'),
    charset: parameter('charset'),
  }
}

/** Cuts at semicolons outside of quotes. */
function splitParameters(value: string): string[] {
  const pieces: string[] = []
  let isQuoted = false
  let start = 0
  for (let at = 0; at < value.length; at++) {
    if (value[at] === '"' && value[at - 1] !== '\\') isQuoted = !isQuoted
    else if (value[at] === ';' && !isQuoted) {
      pieces.push(value.slice(start, at))
      start = at + 1
    }
  }
  pieces.push(value.slice(start))
  return pieces
}

function parameterValue(raw: string, key: string): string {
  const text = raw.trim()
  const value = text.startsWith('"')
    ? text.slice(1, text.endsWith('"') && text.length > 1 ? -1 : undefined).replaceAll('\\', '')
    : text
  // RFC 2231: charset'language'value
  return key.endsWith('*') ? value.slice(value.lastIndexOf("'") + 1) : value
}

const TAB = 9
const LF = 10
const CR = 13
const SPACE = 32
const HYPHEN = 45

/**
 * The parts between the boundary lines (RFC 2046, 5.1.1). The line break before a boundary belongs to the
 * boundary. Without a closing one the last part ends with the multipart; what stands before the first and
 * after the closing one is nobody's.
 */
function splitMultipart(bytes: Buffer, entity: Entity, boundary: string, problems: string[]): Entity[] {
  const delimiter = Buffer.from(`--${boundary.trimEnd()}`, 'utf8')
  // A search must not leave the part: many small ones would each read the mail to its end.
  const range = bytes.subarray(0, entity.end)
  const parts: Entity[] = []
  let open = -1
  let at = entity.start
  while (at < entity.end && parts.length <= LIMITS.parts) {
    const isClosing = isClosed(range, at + delimiter.length)
    const lineEnd = startsWith(range, at, delimiter)
      ? delimiterLineEnd(range, at + delimiter.length + (isClosing ? 2 : 0))
      : -1
    if (lineEnd >= 0) {
      if (open >= 0) parts.push(part(bytes, open, endBefore(bytes, open, at), entity, problems))
      open = isClosing ? -1 : lineEnd
      if (isClosing) return parts
    }
    at = lineEnd >= 0 ? lineEnd : nextHyphens(range, at)
  }
  if (open >= 0 && open < entity.end) parts.push(part(bytes, open, entity.end, entity, problems))
  return parts
}

/**
 * The next line that starts with two hyphens. Searching for the boundary itself takes quadratic time if it
 * repeats itself, and how long it is, is up to the sender.
 */
function nextHyphens(range: Buffer, at: number): number {
  const found = range.indexOf('\n--', at, 'latin1')
  return found < 0 ? range.length : found + 1
}

function startsWith(range: Buffer, at: number, delimiter: Buffer): boolean {
  const end = at + delimiter.length
  return end <= range.length && range.compare(delimiter, 0, delimiter.length, at, end) === 0
}

function isClosed(range: Buffer, at: number): boolean {
  return range[at] === HYPHEN && range[at + 1] === HYPHEN
}

/** The offset after the line if nothing but blanks follow, else -1. */
function delimiterLineEnd(range: Buffer, after: number): number {
  let at = after
  while (range[at] === SPACE || range[at] === TAB) at++
  if (range[at] === CR) at++
  if (at >= range.length) return range.length
  return range[at] === LF ? at + 1 : -1
}

function endBefore(bytes: Buffer, start: number, boundary: number): number {
  let end = boundary
  if (end > start && bytes[end - 1] === LF) end--
  if (end > start && bytes[end - 1] === CR) end--
  return Math.max(start, end)
}

function part(bytes: Buffer, start: number, end: number, parent: Entity, problems: string[]): Entity {
  const { headers, bodyStart } = readHeaders(bytes, start, end, problems)
  const isDigest = parent.headers
    .get('content-type')
    ?.trimStart()
    .toLowerCase()
    .startsWith('multipart/digest')
  return {
    headers,
    start: Math.min(bodyStart, end),
    end,
    depth: parent.depth + 1,
    // RFC 2046, 5.1.5
    defaultType: isDigest ? 'message/rfc822' : 'text/plain',
  }
}

/** The bytes of a part without their transfer encoding (RFC 2045, 6); one that is unknown is none. */
function transferDecoded(bytes: Buffer, { headers, start, end }: Entity): Buffer {
  const body = bytes.subarray(start, end)
  const encoding = headers.get('content-transfer-encoding')?.trim().toLowerCase()
  if (encoding === 'base64') return decodeBase64(body)
  if (encoding === 'quoted-printable') return decodeQuotedPrintable(body)
  return body
}

/**
 * RFC 2045, 6.8: characters outside of the alphabet are skipped, and padding ends the data. Node takes the
 * alphabet of RFC 4648, 5 as well, in which a list's footer would be data.
 */
function decodeBase64(body: Buffer): Buffer {
  return Buffer.from(body.toString('latin1').replace(/[-_]/g, ''), 'base64')
}

const EQUALS = 0x3d

/** RFC 2045, 6.7. A `=` that begins nothing stays as it is. */
function decodeQuotedPrintable(body: Buffer): Buffer {
  if (!body.includes(EQUALS)) return body
  const out = Buffer.allocUnsafe(body.length)
  let length = 0
  for (let at = 0; at < body.length; ) {
    const code = body[at] as number
    if (code !== EQUALS) {
      out[length++] = code
      at++
      continue
    }
    const lineEnd = softBreakEnd(body, at + 1)
    const value = lineEnd < 0 ? hexPair(body[at + 1], body[at + 2]) : 0
    if (lineEnd >= 0) at = lineEnd
    else if (value >= 0) {
      out[length++] = value
      at += 3
    } else {
      out[length++] = code
      at++
    }
  }
  return out.subarray(0, length)
}

/** Where the next line starts if nothing but blanks follow until there, else -1. */
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
