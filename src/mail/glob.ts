import type { RE2JS } from 're2js'
import { re2 } from './re2.js'

const compiled = new Map<string, RE2JS | undefined>()
const MAX_PATTERNS = 1000

/**
 * Whether a file name matches a pattern of Python's `fnmatch`: `*` any text including slashes, `?` a character, `[a-z]`
 * one of a set, `[!a-z]` one outside of it. An invalid pattern matches nothing.
 */
export function matchesGlob(pattern: string, name: string): boolean {
  if (!compiled.has(pattern)) {
    if (compiled.size >= MAX_PATTERNS) compiled.clear()
    compiled.set(pattern, tryCompile(pattern))
  }
  return compiled.get(pattern)?.matches(name) ?? false
}

/** Whether a pattern compiles. */
export function isGlob(pattern: string): boolean {
  return tryCompile(pattern) !== undefined
}

function tryCompile(pattern: string): RE2JS | undefined {
  try {
    return re2().compile(toExpression(pattern), re2().DOTALL)
  } catch {
    return undefined
  }
}

function toExpression(pattern: string): string {
  let expression = ''
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] as string
    if (char === '*') expression += pattern[at - 1] === '*' && expression.endsWith('.*') ? '' : '.*'
    else if (char === '?') expression += '.'
    else if (char === '[') {
      // A leading bracket, or a leading one after `!`, belongs to the set.
      const close = pattern.indexOf(']', at + (pattern[at + 1] === '!' ? 3 : 2))
      if (close < 0) expression += '\\['
      else {
        expression += toClass(pattern.slice(at + 1, close))
        at = close
      }
    } else expression += re2().quote(char)
  }
  return expression
}

/** A range of code points; a single character is a range of one. */
type Range = readonly [from: number, to: number]

/**
 * The RE2 set for a bracket expression. All characters are written as code points, because RE2 sets have other
 * special characters than one of a shell.
 */
function toClass(inside: string): string {
  const isNegated = inside.startsWith('!')
  const all = readRanges(Array.from(isNegated ? inside.slice(1) : inside))
  const first = all.findIndex(([from, to]) => from <= to)
  // Python drops reversed ranges before it checks for the `!`.
  const late = !isNegated && first > 0 ? afterLateMark(all.slice(first)) : undefined
  return writeClass(isNegated || late !== undefined, late ?? all)
}

/** A hyphen between two characters makes a range; elsewhere it is a literal. */
function readRanges(chars: readonly string[]): Range[] {
  const ranges: Range[] = []
  for (let at = 0; at < chars.length; at++) {
    const from = codeOf(chars[at])
    const isRange = chars[at + 1] === '-' && at + 2 < chars.length
    ranges.push([from, isRange ? codeOf(chars[at + 2]) : from])
    if (isRange) at += 2
  }
  return ranges
}

const [MARK, HYPHEN] = [codeOf('!'), codeOf('-')]

/** The excluded characters of a set that begins with `!` only after reversed ranges are dropped; else undefined. */
function afterLateMark([first, ...rest]: readonly Range[]): Range[] | undefined {
  if (first?.[0] !== MARK) return undefined
  const [, to] = first
  return to === MARK ? rest : [[HYPHEN, HYPHEN], [to, to], ...rest]
}

function writeClass(isNegated: boolean, all: readonly Range[]): string {
  const ranges = all.filter(([from, to]) => from <= to)
  // RE2 has no empty sets.
  if (ranges.length === 0) return isNegated ? '.' : '[^\\x{0}-\\x{10FFFF}]'
  const body = ranges.map(([from, to]) => (from === to ? hex(from) : `${hex(from)}-${hex(to)}`)).join('')
  return `[${isNegated ? '^' : ''}${body}]`
}

function codeOf(char = ''): number {
  return char.codePointAt(0) ?? 0
}

function hex(code: number): string {
  return `\\x{${code.toString(16)}}`
}
