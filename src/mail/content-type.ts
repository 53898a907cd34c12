import { truncate } from '../util/text.js'
import { decodeText } from './charset.js'
import { decodeHeader, type Headers } from './headers.js'
import { LIMITS } from './limits.js'
import { memoized } from './memo.js'

/** The parsed fields of a `Content-Type`. */
export interface ContentType {
  /** `type/subtype` in lower case. */
  readonly type: string
  readonly boundary: string | undefined
  readonly charset: string | undefined
  /** The file name of the part. */
  readonly name: string | undefined
  /** `format=flowed` (RFC 3676), and whether trailing blanks of its lines are deleted. */
  readonly flow: 'fixed' | 'flowed' | 'delsp'
}

/** Parses a `Content-Type`. RFC 2045, 5.2: a missing or malformed value means plain text. */
export const contentType = memoized((value: string): ContentType => {
  const { value: type, parameters } = headerParameters(value)
  const lower = (TOKEN.exec(type)?.[1] ?? '').toLowerCase()
  const isFlowed = tokenOf(parameters.get('format'))?.toLowerCase() === 'flowed'
  const isDeleted = tokenOf(parameters.get('delsp'))?.toLowerCase() === 'yes'
  return {
    type: isMediaType(lower) ? lower : 'text/plain',
    boundary: parameters.get('boundary') ?? tokenOf(MISPLACED_BOUNDARY.exec(value)?.[1]),
    charset: tokenOf(parameters.get('charset') ?? MISPLACED_CHARSET.exec(value)?.[1]),
    name: parameters.get('name'),
    flow: !isFlowed ? 'fixed' : isDeleted ? 'delsp' : 'flowed',
  }
})

/** A token (RFC 2045, 5.1) without a comment or other text after it, and without marks that programs put around it. */
const TOKEN = /^[\s"'<]*([^\s"'<>,;()]*)/

function tokenOf(value: string | undefined): string | undefined {
  return value === undefined ? undefined : TOKEN.exec(value)?.[1]
}

/** Parameters after a missing semicolon, which git finds all the same. */
const MISPLACED_CHARSET = /[\s,]charset=(["']?[\w.:+-]{1,60})/i
const MISPLACED_BOUNDARY = /[\s,]boundary="?([^\s"]{1,200})/i

/**
 * The transfer encoding of a part (RFC 2045, 6); undefined without encoding. The word counts anywhere in the
 * value, as in git: some programs put quotes, comments or semicolons around it.
 */
export function transferEncoding(headers: Headers): 'base64' | 'quoted-printable' | undefined {
  const value = headers.get('content-transfer-encoding')?.toLowerCase() ?? ''
  if (value.includes('base64')) return 'base64'
  return value.includes('quoted-printable') ? 'quoted-printable' : undefined
}

/** The file name in a `Content-Disposition`. */
export function fileNameOf(disposition: string): string | undefined {
  return headerParameters(disposition).parameters.get('filename')
}

function isMediaType(text: string): boolean {
  return text.split('/').length === 2
}

/** A value with parameters, such as `text/plain; charset=utf-8` (RFC 2045, 5.1; RFC 2183). */
function headerParameters(text: string): { value: string; parameters: Map<string, string> } {
  const [value = '', ...pieces] = splitParameters(truncate(text, LIMITS.headerValue).replaceAll('\n', ''))
  const plain = new Map<string, string>()
  const sections = new Map<string, Section[]>()
  for (const piece of pieces) {
    const equals = piece.indexOf('=')
    if (equals < 1) continue
    const key = piece.slice(0, equals).trim().toLowerCase()
    const content = unquoted(piece.slice(equals + 1).trim())
    const extended = EXTENDED_NAME.exec(key)
    if (!extended) {
      if (!plain.has(key)) plain.set(key, content.includes('=?') ? decodeHeader(content) : content)
      continue
    }
    const [, name = '', number, star] = extended
    const section = { number: Number(number ?? 0), isEncoded: star !== undefined, content }
    const known = sections.get(name)
    if (known) known.push(section)
    else sections.set(name, [section])
  }
  // RFC 2231, 4: of two forms of a parameter, the extended one has precedence.
  for (const [name, parts] of sections) plain.set(name, joinSections(parts))
  return { value: value.trim(), parameters: plain }
}

/** `name*`, `name*0`, `name*0*` (RFC 2231, 3 and 4): a star at the end marks a percent-encoded value. */
const EXTENDED_NAME = /^([^*]+)(?:\*(\d{1,4}))?(\*)?$(?<=\*|\*\d{1,4})/

interface Section {
  number: number
  isEncoded: boolean
  content: string
}

/** The whole value of a parameter: its sections in order, decoded by the charset in the first one. */
function joinSections(sections: readonly Section[]): string {
  const sorted = sections.toSorted((a, b) => a.number - b.number)
  const charset = sorted[0]?.isEncoded ? CHARSET.exec(sorted[0].content) : null
  const bytes = sorted.map(({ isEncoded, content }, index) => {
    const text = index === 0 && charset ? content.slice(charset[0].length) : content
    return isEncoded ? percentDecoded(text) : Buffer.from(text)
  })
  return decodeText(Buffer.concat(bytes), charset?.[1])
}

/** `charset'language'` before an encoded value; either may be missing. */
const CHARSET = /^([^']{0,60})'[^']{0,60}'/

function percentDecoded(text: string): Buffer {
  const bytes = Buffer.from(text).toString('latin1')
  return Buffer.from(
    bytes.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )
}

/** Splits at semicolons outside of quotes. */
function splitParameters(value: string): string[] {
  const pieces: string[] = []
  let isQuoted = false
  let start = 0
  for (let at = 0; at < value.length; at++) {
    if (value[at] === '\\' && isQuoted) at++
    else if (value[at] === '"') isQuoted = !isQuoted
    else if (value[at] === ';' && !isQuoted) {
      pieces.push(value.slice(start, at))
      start = at + 1
    }
  }
  pieces.push(value.slice(start))
  return pieces
}

/** The content of a quoted string: a backslash escapes the next character (RFC 5322, 3.2.4). A comment may follow it. */
function unquoted(text: string): string {
  if (!text.startsWith('"')) return text
  const close = text.lastIndexOf('"')
  const inner = text.slice(1, close > 0 ? close : undefined)
  return inner.includes('\\') ? inner.replace(/\\(.)/g, '$1') : inner
}
