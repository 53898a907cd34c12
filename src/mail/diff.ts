import { hash } from 'node:crypto'
import { lineAfter, matchesAt, strip } from './text.js'

const HUNK = /^@@ -\d{1,9}(?:,(\d{1,9}))? \+\d{1,9}(?:,(\d{1,9}))? @@/
const FILE_NAME = /(---|\+\+\+) (\S+)/y

/**
 * The hash that identifies a patch: SHA-1, hex, over the changed and the context lines, the line counts of
 * the hunks, and the file names without their first folder. It ignores offsets, modes and blob ids.
 */
export function hashDiff(diff: string): string {
  const text = normalized(diff)
  let significant = ''
  // Lines that count as they are, most of a diff, are copied together.
  let copied = 0
  for (let start = 0, next = 0; start < text.length; start = next) {
    next = lineAfter(text, start)
    if (isContent(text, start)) continue
    significant += text.slice(copied, start) + significantPart(text.slice(start, next))
    copied = next
  }
  significant += text.slice(copied)
  return hash(
    'sha1',
    significant === '' || significant.endsWith('\n') ? significant : `${significant}\n`,
    'hex',
  )
}

function normalized(diff: string): string {
  return strip(diff.includes('\r') ? diff.replaceAll('\r', '') : diff)
}

/** Whether the line at an offset is one of a file. */
function isContent(text: string, at: number): boolean {
  const mark = text[at]
  if (mark === ' ') return true
  if (mark !== '-' && mark !== '+') return false
  // Most lines differ from a file name in their second character.
  return text[at + 1] !== mark || !matchesAt(FILE_NAME, text, at)
}

/** What counts of another line, as a line or nothing. */
function significantPart(line: string): string {
  FILE_NAME.lastIndex = 0
  const [, mark, name = ''] = FILE_NAME.exec(line) ?? []
  if (mark !== undefined) return `${mark} ${mark === '---' ? 'a' : 'b'}/${withoutFirstFolder(name)}\n`
  const hunk = HUNK.exec(line)
  return hunk ? `@@ -${Number(hunk[1] ?? 1)} +${Number(hunk[2] ?? 1)} @@\n` : ''
}

function withoutFirstFolder(name: string): string {
  const slash = name.indexOf('/')
  return slash < 0 ? '' : name.slice(slash + 1)
}
