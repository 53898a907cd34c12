import type { RE2JS } from 're2js'
import { re2 } from './re2.js'
import type { TagPattern } from './types.js'

const patterns = new Map<string, RE2JS | undefined>()
const MAX_PATTERNS = 1000

/** A pattern that is a literal text at the start of a line. */
const LITERAL = /^\^?([\w-]+:?)$/

/**
 * Counts the matches of each tag's pattern that are followed by more text, as in a trailer. Patterns are
 * set by administrators and run on RE2, in linear time; an invalid one has no matches.
 */
export function countTags(content: string, tags: readonly TagPattern[]): Map<number, number> {
  const counts = new Map<number, number>()
  if (!content) return counts
  const lower = content.toLowerCase()
  for (const { id, pattern } of tags) {
    // Most patterns are the name of a trailer, and most mails have no trailer: a search for the name is much cheaper.
    const literal = LITERAL.exec(pattern)?.[1]
    if (literal !== undefined && !lower.includes(literal.toLowerCase())) continue
    const count = literal === undefined ? countPattern(content, pattern) : countLiteral(content, pattern)
    if (count > 0) counts.set(id, count)
  }
  return counts
}

function countPattern(content: string, pattern: string): number {
  const matcher = compiled(`(?:${pattern})\\s.*`)?.matcher(content)
  let count = 0
  while (matcher?.find()) count++
  return count
}

/** Of a literal text the native engine takes linear time too; classes and anchors are those of RE2. */
function countLiteral(content: string, pattern: string): number {
  const start = pattern.startsWith('^') ? '(?<![^\\n])' : ''
  const literal = new RegExp(`${start}${pattern.replace('^', '')}[\\t\\n\\f\\r ][^\\n]*`, 'giu')
  return content.match(literal)?.length ?? 0
}

function compiled(pattern: string): RE2JS | undefined {
  if (!patterns.has(pattern) && patterns.size >= MAX_PATTERNS) patterns.clear()
  if (!patterns.has(pattern)) patterns.set(pattern, tryCompile(pattern))
  return patterns.get(pattern)
}

function tryCompile(pattern: string): RE2JS | undefined {
  try {
    const { MULTILINE, CASE_INSENSITIVE } = re2()
    return re2().compile(pattern, MULTILINE | CASE_INSENSITIVE)
  } catch {
    return undefined
  }
}

/** Whether a pattern compiles. */
export function isPattern(pattern: string): boolean {
  return tryCompile(pattern) !== undefined
}

/** Whether an administrator's pattern matches a text: multi-line, ignoring case; an invalid one never matches. */
export function matchesPattern(pattern: string, text: string): boolean {
  return compiled(pattern)?.matcher(text).find() ?? false
}
