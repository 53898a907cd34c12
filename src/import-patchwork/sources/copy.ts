import { isUtf8 } from 'node:buffer'
import type { Value } from '../source.js'

const NEWLINE = 10
const TAB = 9
const BACKSLASH = 92

/** The letters behind a backslash that stand for something else; every other character stands for itself. */
const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/**
 * Reads lines in the text format of PostgreSQL's COPY: one row each, values separated by tabs, `\N` for null, special
 * characters escaped with backslashes. `wanted` are the indexes of the values to return, in this order. A row whose
 * number of values is not `width` is returned as undefined.
 */
export function parseCopyLines(
  lines: Buffer,
  width: number,
  wanted: readonly number[],
): (Value[] | undefined)[] {
  if (!isUtf8(lines)) return splitLines(lines).map((line) => parseBytes(line, width, wanted))
  return lines
    .toString('utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const values = line.split('\t')
      if (values.length !== width) return undefined
      return wanted.map((place) => unescape(values[place] as string))
    })
}

function unescape(text: string): string | null {
  if (text === '\\N') return null
  if (!text.includes('\\')) return text
  return text.replace(/\\([0-7]{1,3}|x[0-9A-Fa-f]{1,2}|[^])/g, (_, code: string) => {
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8) & 0xff)
    if (code.length > 1) return String.fromCharCode(Number.parseInt(code.slice(1), 16))
    return ESCAPES[code] ?? code
  })
}

/** One of the lines among which some are no UTF-8: values that are none stay bytes. */
function parseBytes(line: Buffer, width: number, wanted: readonly number[]): Value[] | undefined {
  const values = split(line, TAB)
  if (values.length !== width) return undefined
  return wanted.map((place) => {
    const value = values[place] as Buffer
    return isUtf8(value) ? unescape(value.toString('utf8')) : unescapeBytes(value)
  })
}

/** Latin-1 maps bytes to characters and back one by one, so escapes can be undone between the two. */
function unescapeBytes(value: Buffer): Value {
  const text = value.includes(BACKSLASH) ? unescape(value.toString('latin1')) : undefined
  return typeof text === 'string' ? Buffer.from(text, 'latin1') : Buffer.from(value)
}

function splitLines(lines: Buffer): Buffer[] {
  return split(lines, NEWLINE).slice(0, -1)
}

function split(bytes: Buffer, separator: number): Buffer[] {
  const parts: Buffer[] = []
  let start = 0
  for (;;) {
    const end = bytes.indexOf(separator, start)
    parts.push(bytes.subarray(start, end === -1 ? bytes.length : end))
    if (end === -1) return parts
    start = end + 1
  }
}
