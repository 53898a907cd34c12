import { isAscii, isUtf8 } from 'node:buffer'
import { truncate } from '../util/text.js'
import { decodeText, withoutNul } from './charset.js'
import { addProblem, LIMITS } from './limits.js'
import { strip } from './text.js'

/** One header: `name` as written, `value` with its folds. */
export type HeaderField = [name: string, value: string]

/** The headers of a mail or of one of its parts. */
export class Headers {
  /** The fields as `Name: value` lines, folds kept. */
  readonly text: string
  readonly #values = new Map<string, string[]>()

  constructor(text: string) {
    this.text = text
    for (const [name, value] of headerFields(text)) {
      const key = name.toLowerCase()
      const values = this.#values.get(key)
      if (values) values.push(value)
      else this.#values.set(key, [value])
    }
  }

  /** The first value of a header, undecoded and still folded. */
  get(name: string): string | undefined {
    return this.#values.get(name)?.[0]
  }

  getAll(name: string): string[] {
    return this.#values.get(name) ?? []
  }

  /** The first value, decoded to plain text in one line; undefined if it is missing or empty. */
  decoded(name: string): string | undefined {
    const value = this.get(name)
    return value === undefined ? undefined : decodeHeader(value) || undefined
  }
}

const LF = 10
const CR = 13
const SPACE = 32
const TAB = 9
const COLON = 58

/**
 * Parses the header section that starts at `start` (RFC 5322, 2.2). Lines without a colon are skipped, because
 * some mail servers insert them; a line that cannot belong to headers ends the section. A section larger
 * than `LIMITS` allows is cut.
 *
 * @param endsAt whether the line at an offset ends the section without being part of it, such as a boundary
 *
 * Returns the headers and the offset at which the body starts.
 */
export function readHeaders(
  bytes: Buffer,
  start: number,
  end: number,
  problems: string[],
  { endsAt }: { endsAt?: (line: number) => boolean } = {},
): { headers: Headers; bodyStart: number } {
  const text = new HeaderText(bytes)
  const limit = Math.min(end, start + LIMITS.headerBytes)
  let fields = 0
  let isInField = false
  let at = start
  while (at < end) {
    const newline = bytes.indexOf(LF, at)
    const next = newline < 0 || newline >= end ? end : newline + 1
    const lineEnd = trimLineEnd(bytes, at, next)
    if (lineEnd === at) {
      at = next
      break
    }
    if (endsAt?.(at)) break
    if (!isBlank(bytes[at])) {
      isInField = isFieldStart(bytes, at, lineEnd)
      if (isInField) fields++
      // As in mail programs: a line that cannot be a header begins the body.
      else if (!startsWithFrom(bytes, at) && !isBrokenField(bytes, at, lineEnd)) break
    }
    if (isInField && at < limit && fields <= LIMITS.headers)
      text.addLine(at, lineEnd > limit ? Math.max(at, characterStart(bytes, limit)) : lineEnd)
    at = next
  }
  if (at > limit || fields > LIMITS.headers)
    addProblem(
      problems,
      `Of headers beyond ${LIMITS.headerBytes} bytes or ${LIMITS.headers}, the rest was cut.`,
    )
  return { headers: new Headers(text.decoded()), bodyStart: at }
}

/** The lines of a header section. Adjacent ones are decoded together: most mails have no others. */
class HeaderText {
  readonly #bytes: Buffer
  readonly #texts: string[] = []
  /** Where the lines begin and end that are not decoded yet. */
  #start = -1
  #end = -2

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  addLine(start: number, end: number): void {
    if (start !== this.#end + 1) {
      this.#decodeAdded()
      this.#start = start
    }
    this.#end = end
  }

  decoded(): string {
    this.#decodeAdded()
    return this.#texts.join('\n')
  }

  #decodeAdded(): void {
    if (this.#start < 0) return
    const lines = this.#bytes.subarray(this.#start, this.#end)
    if (isAscii(lines)) this.#texts.push(cleaned(lines.toString('latin1')))
    else for (const [start, end] of lineRanges(lines)) this.#texts.push(decodeRaw(lines, start, end))
  }
}

function* lineRanges(bytes: Buffer): Generator<[start: number, end: number]> {
  for (let start = 0; start <= bytes.length; ) {
    const newline = bytes.indexOf(LF, start)
    const end = newline < 0 ? bytes.length : newline
    yield [start, end]
    start = end + 1
  }
}

/** The offset, moved back to the start of its UTF-8 character. */
function characterStart(bytes: Buffer, offset: number): number {
  let at = offset
  while (offset - at < 3 && ((bytes[at] as number) & 0xc0) === 0x80) at--
  return at
}

function isBlank(code: number | undefined): boolean {
  return code === SPACE || code === TAB
}

function trimLineEnd(bytes: Buffer, start: number, next: number): number {
  let end = next
  if (end > start && bytes[end - 1] === LF) end--
  if (end > start && bytes[end - 1] === CR) end--
  return end
}

/**
 * Raw 8-bit headers are UTF-8 (RFC 6532), or else in an unknown charset: then each byte is a character.
 * NUL is invalid in a header (RFC 5322, 4) and removed; a lone carriage return does not begin a line.
 */
function decodeRaw(bytes: Buffer, start: number, end: number): string {
  const line = bytes.subarray(start, end)
  return cleaned(line.toString(isUtf8(line) ? 'utf8' : 'latin1'))
}

function cleaned(text: string): string {
  return text.replaceAll('\0', '').replaceAll('\r', ' ')
}

/** `Name:` of printable ASCII without blanks (RFC 5322, 3.6.8). */
function isFieldStart(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const code = bytes[at] as number
    if (code === COLON) return at > start
    if (code <= SPACE || code >= 127) return false
  }
  return false
}

function startsWithFrom(bytes: Buffer, at: number): boolean {
  return bytes.toString('latin1', at, at + 5) === 'From '
}

/** A colon at the very start, or a name with blanks before its colon: malformed, but treated as a header. */
function isBrokenField(bytes: Buffer, start: number, end: number): boolean {
  return end - start < LIMITS.brokenField && bytes.subarray(start, end).includes(COLON)
}

/** The fields of a stored header text, in order; values keep their folds. */
export function headerFields(text: string): HeaderField[] {
  const fields: HeaderField[] = []
  let at = 0
  while (at < text.length) {
    const end = fieldEnd(text, at)
    const colon = text.indexOf(':', at)
    if (colon > at && colon < end) {
      const valueStart = text[colon + 1] === ' ' || text[colon + 1] === '\t' ? colon + 2 : colon + 1
      fields.push([text.slice(at, colon), text.slice(valueStart, end)])
    }
    at = end + 1
  }
  return fields
}

/** Where the field that begins at `start` of a stored header text ends, with the lines that continue it. */
export function fieldEnd(text: string, start: number): number {
  let end = text.indexOf('\n', start)
  if (end < 0) return text.length
  while (end < text.length && (text[end + 1] === ' ' || text[end + 1] === '\t')) {
    const next = text.indexOf('\n', end + 1)
    end = next < 0 ? text.length : next
  }
  return end
}

/** The value for display: encoded words decoded, in one line, white space collapsed. */
export function decodeHeader(value: string): string {
  const text = truncate(value, LIMITS.headerValue)
  return singleSpaced(text.includes('=?') ? decodeWords(text) : text)
}

// Not \s: a byte-order mark is not white space. A single blank stays as it is: most white space is one.
const SPACES =
  /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]{2,}|[\t-\r\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/g

/** Collapses white space and trims the ends. */
export function singleSpaced(text: string): string {
  return strip(text.replace(SPACES, ' '))
}

/**
 * Decodes encoded words (RFC 2047), even without blanks around them. Blanks between two of them
 * are removed. Adjacent words with one charset are decoded together, because some senders split characters.
 */
function decodeWords(text: string): string {
  let result = ''
  let at = 0
  let pending: { charset: string; bytes: Buffer[] } | undefined
  const flush = () => {
    if (pending) result += decodeText(Buffer.concat(pending.bytes), pending.charset)
    pending = undefined
  }
  // Without a further `?=`, no later word can end: the search stays linear.
  while (at < text.length) {
    const start = text.indexOf('=?', at)
    if (start < 0) break
    const word = readWord(text, start)
    if (!word) {
      flush()
      result += text.slice(at, start + 2)
      at = start + 2
      continue
    }
    const between = text.slice(at, start)
    if (!pending || between.trim() !== '') {
      flush()
      result += between
    }
    if (pending?.charset !== word.charset) flush()
    pending ??= { charset: word.charset, bytes: [] }
    pending.bytes.push(word.bytes)
    at = word.end
  }
  flush()
  return withoutNul(result + text.slice(at))
}

/** RFC 2047 allows 75 characters for a word; some senders exceed this, and an attacker may send any length. */
const MAX_WORD = 2000

function readWord(text: string, start: number): { charset: string; bytes: Buffer; end: number } | undefined {
  const limit = Math.min(text.length, start + MAX_WORD)
  const charsetEnd = indexBefore(text, '?', start + 2, Math.min(limit, start + 60))
  if (charsetEnd < 0 || text[charsetEnd + 2] !== '?') return undefined
  const end = indexBefore(text, '?=', charsetEnd + 3, limit)
  if (end < 0) return undefined
  const charset = (text.slice(start + 2, charsetEnd).split('*')[0] as string).toLowerCase()
  const encoding = text[charsetEnd + 1]?.toLowerCase()
  const data = text.slice(charsetEnd + 3, end)
  if (encoding === 'b') return { charset, bytes: Buffer.from(data, 'base64'), end: end + 2 }
  if (encoding === 'q') return { charset, bytes: decodeQ(data), end: end + 2 }
  return undefined
}

function indexBefore(text: string, wanted: string, from: number, limit: number): number {
  const found = text.slice(from, limit).indexOf(wanted)
  return found < 0 ? -1 : from + found
}

const HEX_CODE = /=([0-9a-fA-F]{2})/g

function decodeQ(data: string): Buffer {
  const bytes = Buffer.from(data.replaceAll('_', ' '), 'utf8').toString('latin1')
  return Buffer.from(
    bytes.replace(HEX_CODE, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    'latin1',
  )
}
