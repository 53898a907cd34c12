import { hash } from 'node:crypto'
import { linesOf, strip } from './text.js'

const HUNK = /^@@ -\d{1,9}(?:,(\d{1,9}))? \+\d{1,9}(?:,(\d{1,9}))? @@/
const FILE_NAME = /^(---|\+\+\+) (\S+)/

/**
 * The hash that identifies a patch: SHA-1, hex, over the changed and the context lines, the line counts of
 * the hunks, and the file names without their first folder. It ignores offsets, modes and blob ids.
 */
export function hashDiff(diff: string): string {
  const lines: string[] = []
  for (const line of linesOf(normalized(diff))) {
    const significant = significantPart(line)
    if (significant !== undefined) lines.push(significant)
  }
  return hash('sha1', lines.length > 0 ? `${lines.join('\n')}\n` : '', 'hex')
}

function normalized(diff: string): string {
  return strip(diff.includes('\r') ? diff.replaceAll('\r', '') : diff)
}

function significantPart(line: string): string | undefined {
  const first = line[0]
  if (first === ' ') return line
  if (first === '-' || first === '+') {
    const file = FILE_NAME.exec(line)
    if (!file) return line
    const [, mark, name] = file as unknown as [string, string, string]
    return `${mark} ${mark === '---' ? 'a' : 'b'}/${withoutFirstFolder(name)}`
  }
  const hunk = first === '@' ? HUNK.exec(line) : undefined
  return hunk ? `@@ -${Number(hunk[1] ?? 1)} +${Number(hunk[2] ?? 1)} @@` : undefined
}

function withoutFirstFolder(name: string): string {
  const slash = name.indexOf('/')
  return slash < 0 ? '' : name.slice(slash + 1)
}
