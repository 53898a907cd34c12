import { RE2JS } from 're2js'
import { LIMITS } from './limits.js'
import { linesOf, strip } from './text.js'
import type { TagPattern } from './types.js'

const patterns = new Map<string, RE2JS | undefined>()
const MAX_PATTERNS = 1000

/** A pattern that is nothing but a text at the start of a line. */
const LITERAL = /^\^?([\w-]+:?)$/

/**
 * How often each tag's pattern is found at something that goes on after it, as a trailer does. Patterns are
 * an administrator's and run on RE2, in linear time; one that does not compile counts nothing.
 */
export function countTags(content: string, tags: readonly TagPattern[]): Map<number, number> {
  const counts = new Map<number, number>()
  if (!content) return counts
  const lower = content.toLowerCase()
  for (const { id, pattern } of tags) {
    // Most patterns are the name of a trailer, and most mails have none: looking for the name is much cheaper.
    const literal = LITERAL.exec(pattern)?.[1]
    if (literal !== undefined && !lower.includes(literal.toLowerCase())) continue
    const matcher = compiled(`(?:${pattern})\\s.*`)?.matcher(content)
    let count = 0
    while (matcher?.find()) count++
    if (count > 0) counts.set(id, count)
  }
  return counts
}

function compiled(pattern: string): RE2JS | undefined {
  if (!patterns.has(pattern) && patterns.size >= MAX_PATTERNS) patterns.clear()
  if (!patterns.has(pattern)) patterns.set(pattern, tryCompile(pattern))
  return patterns.get(pattern)
}

function tryCompile(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern, RE2JS.MULTILINE | RE2JS.CASE_INSENSITIVE)
  } catch {
    return undefined
  }
}

/** Whether a pattern is one: what does not compile counts nothing. */
export function isPattern(pattern: string): boolean {
  return tryCompile(pattern) !== undefined
}

/** Whether an administrator's pattern is found in a text: multi-line, whatever the case; a broken one is not. */
export function matchesPattern(pattern: string, text: string): boolean {
  return compiled(pattern)?.matcher(text).find() ?? false
}

const DEPENDS_ON = /^(?:depends-on|prerequisite-message-id|prerequisite-change-id):/i

/**
 * What the `Depends-on:` lines of a text name: message ids in their brackets, web addresses and `series-N`; and
 * what b4 writes below a diff, message ids with or without brackets and names of series.
 */
export function dependencies(content: string): string[] {
  const found: string[] = []
  for (const line of linesOf(content)) {
    if (found.length >= LIMITS.dependencies) break
    if (!DEPENDS_ON.test(line)) continue
    const colon = line.indexOf(':')
    const target = dependencyTarget(strip(line.slice(colon + 1)), line.slice(0, colon).toLowerCase())
    if (target && !found.includes(target)) found.push(target)
  }
  return found
}

const CHANGE_ID = /^change-id:\s*([\w.-]{1,200})\s*$/im

/** The name that b4 gives all versions of a series. */
export function changeId(content: string): string | undefined {
  return CHANGE_ID.exec(content)?.[1]
}

const SERIES_NUMBER = /^series[-\s]#?(\d{1,9})\b/i

function dependencyTarget(text: string, key: string): string | undefined {
  if (key === 'prerequisite-change-id')
    return /^[\w.-]{1,200}(?::v\d{1,9})?$/i.test(text) ? `change-id:${text}` : undefined
  const series = SERIES_NUMBER.exec(text)
  if (series) return `series-${series[1]}`
  if (key === 'prerequisite-message-id' && /^[^\s<>]+@[^\s<>]+$/.test(text)) return `<${text}>`
  if (text.startsWith('<')) {
    const end = text.indexOf('>')
    return end > 1 && !/\s/.test(text.slice(0, end)) ? text.slice(0, end + 1) : undefined
  }
  const word = text.split(/\s/, 1)[0] as string
  return /^https?:\/\//i.test(word) ? word : undefined
}
