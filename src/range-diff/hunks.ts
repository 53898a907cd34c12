import type { ChangedLines } from './line-diff.js'

/** A part of the comparison of two texts. */
export interface TextHunk {
  /** The heading that the part stands below in the older text: a file, a function or a part of the message. */
  readonly section: string
  /** Lines with the mark of this comparison, which is one character, in front. */
  readonly lines: readonly string[]
}

/** Unchanged lines around changes. */
const CONTEXT = 3

/** The places of a hunk in both texts; ends are exclusive. */
interface Range {
  oldStart: number
  oldEnd: number
  newStart: number
  newEnd: number
}

/** The changes with their context, as ranges of lines; changes that are near each other share one. */
function rangesOf({ old, new: changed }: ChangedLines): Range[] {
  const ranges: Range[] = []
  let [inOld, inNew] = [0, 0]
  while (inOld < old.length || inNew < changed.length) {
    if (old[inOld] !== 1 && changed[inNew] !== 1) {
      inOld++
      inNew++
      continue
    }
    const start = { oldStart: inOld, newStart: inNew }
    while (old[inOld] === 1) inOld++
    while (changed[inNew] === 1) inNew++
    const last = ranges.at(-1)
    if (last && start.oldStart - last.oldEnd <= 2 * CONTEXT) {
      last.oldEnd = inOld
      last.newEnd = inNew
    } else ranges.push({ ...start, oldEnd: inOld, newEnd: inNew })
  }
  return ranges.map((range) => withContext(range, old.length))
}

function withContext({ oldStart, oldEnd, newStart, newEnd }: Range, oldLength: number): Range {
  const before = Math.min(CONTEXT, oldStart)
  const after = Math.min(CONTEXT, oldLength - oldEnd)
  return {
    oldStart: oldStart - before,
    oldEnd: oldEnd + after,
    newStart: newStart - before,
    newEnd: newEnd + after,
  }
}

/** The lines of a diff in unified form, including one header for each hunk. */
export function countDiffLines(changed: ChangedLines): number {
  let count = 0
  for (const { oldStart, oldEnd, newStart, newEnd } of rangesOf(changed)) {
    count += 1 + oldEnd - oldStart
    for (let at = newStart; at < newEnd; at++) count += changed.new[at] as number
  }
  return count
}

/** The changes between two texts with their context. */
export function hunksOf(old: readonly string[], fresh: readonly string[], changed: ChangedLines): TextHunk[] {
  return rangesOf(changed).map((range) => ({
    section: sectionBefore(old, range.oldStart),
    lines: linesOf(old, fresh, changed, range),
  }))
}

function linesOf(old: readonly string[], fresh: readonly string[], changed: ChangedLines, range: Range) {
  const lines: string[] = []
  let inNew = range.newStart
  const add = () => {
    while (inNew < range.newEnd && changed.new[inNew] === 1) lines.push(`+${fresh[inNew++]}`)
  }
  for (let inOld = range.oldStart; inOld < range.oldEnd; inOld++) {
    if (changed.old[inOld] === 1) {
      lines.push(`-${old[inOld]}`)
      continue
    }
    add()
    lines.push(` ${old[inOld]}`)
    inNew++
  }
  add()
  return lines
}

const SECTION = /^(?: ## (.*) ##|.?@@ (.*))$/

/** Bytes of a section's name in git's output. */
const MAX_SECTION = 80

function sectionBefore(lines: readonly string[], at: number): string {
  for (let index = at - 1; index >= 0; index--) {
    const line = lines[index] as string
    if (line[0] !== ' ' && line[0] !== '@' && line[1] !== '@') continue
    const found = SECTION.exec(line)
    if (found) return cut(found[1] ?? found[2] ?? '')
  }
  return ''
}

function cut(section: string): string {
  const bytes = Buffer.from(section)
  return (bytes.length > MAX_SECTION ? bytes.subarray(0, MAX_SECTION).toString() : section).trimEnd()
}
