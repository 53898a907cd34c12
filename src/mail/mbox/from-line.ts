/**
 * The lines that begin a mail in an mbox. `git mailsplit` requires a time on the line; archives of old list servers
 * have lines without one (`From A`), which count after a blank line and before headers.
 */

const FROM = Buffer.from('From ')
const LF = 10
const CR = 13
const SPACE = 32
const TAB = 9

/** A `From ` line that is longer than this many bytes is text. */
const MAX_FROM_LINE = 1000

/** Bytes after a `From ` line without a time that are searched for headers. */
const MAX_LOOKAHEAD = 64 * 1024

/** `unknown`: the next bytes decide and have not been read yet. */
export type LineKind = 'from' | 'text' | 'unknown'

/**
 * Whether the line at `at` begins a mail.
 *
 * @param options.isEnd whether these are the last bytes
 * @param options.isAfterBlank whether the line before is blank or missing
 */
export function lineKind(
  bytes: Buffer,
  at: number,
  { isEnd, isAfterBlank }: { isEnd: boolean; isAfterBlank: boolean },
): LineKind {
  const start = bytes.subarray(at, at + FROM.length)
  if (!FROM.subarray(0, start.length).equals(start)) return 'text'
  if (start.length < FROM.length) return isEnd ? 'text' : 'unknown'
  const newline = bytes.subarray(at, at + MAX_FROM_LINE).indexOf(LF)
  if (newline < 0 && bytes.length - at >= MAX_FROM_LINE) return 'text'
  if (newline < 0 && !isEnd) return 'unknown'
  const end = newline < 0 ? bytes.length : at + newline + 1
  if (hasTime(bytes.toString('latin1', at, end))) return 'from'
  return isAfterBlank ? kindByHeaders(bytes, end, isEnd) : 'text'
}

/** The rule of `is_from_line` in git's `mailsplit`: the last colon belongs to a time, and a year follows. */
function hasTime(line: string): boolean {
  const text = line.trimEnd()
  if (text.length < 19) return false
  const colon = text.lastIndexOf(':')
  if (colon < FROM.length) return false
  if (!/^\d.\d\d:\d\d/s.test(text.slice(colon - 4, colon + 3))) return false
  return Number.parseInt(text.slice(colon + 3), 10) > 90
}

/** Headers of nearly every mail; two of them distinguish headers from a paragraph with a colon. */
const COMMON_HEADERS = new Set(['from', 'to', 'date', 'subject', 'message-id', 'received', 'return-path'])

const FIELD = /^([!-9;-~]{1,100}):/

/**
 * Whether a mail without a `From ` line begins at `at`: `from` if headers begin there, or after a first line
 * with a quoted `>From `.
 */
export function bareMailKind(bytes: Buffer, at: number, isEnd: boolean): LineKind {
  let start = at
  const newline = bytes.subarray(at, at + MAX_FROM_LINE).indexOf(LF)
  if (newline < 0 && !isEnd && bytes.length - at < MAX_FROM_LINE) return 'unknown'
  if (newline >= 0 && /^>*From /.test(bytes.toString('latin1', at, at + newline))) start = at + newline + 1
  return kindByHeaders(bytes, start, isEnd)
}

function kindByHeaders(bytes: Buffer, start: number, isEnd: boolean): LineKind {
  const found = new Set<string>()
  for (let at = start; at < bytes.length && at - start < MAX_LOOKAHEAD; ) {
    const newline = bytes.indexOf(LF, at)
    if (newline < 0 && !isEnd && bytes.length - start < MAX_LOOKAHEAD) return 'unknown'
    const first = bytes[at]
    const isFold = first === SPACE || first === TAB
    if (!isFold) {
      const name = FIELD.exec(
        bytes.toString('latin1', at, Math.min(at + 101, bytes.length)),
      )?.[1]?.toLowerCase()
      if (name === undefined) return 'text'
      if (COMMON_HEADERS.has(name)) found.add(name)
      if (found.size >= 2) return 'from'
    }
    if (newline < 0) break
    at = newline + 1
    if (bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] === LF)) return 'text'
  }
  return isEnd || bytes.length - start >= MAX_LOOKAHEAD ? 'text' : 'unknown'
}
