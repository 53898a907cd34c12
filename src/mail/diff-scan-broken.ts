import { lineAfter, matchesAt } from './text.js'

/**
 * Finds diffs that a mail program or an editor has broken: wrapped lines with file names, blank lines between all lines,
 * damaged counts of hunks. No program applies them, but people read and answer them.
 */

const EXTENDED_HEADER =
  /(?:index|(?:new|deleted) file mode|old mode|new mode|(?:dis)?similarity index|rename|copy) /y
/** The first line of a hunk, or the rest of it. */
const HUNK_START = /@{1,3}(?: ?-\d|[ \t]*\r?\n)/y
/** The first line of a hunk of a merge, which is no broken one. */
const HUNK_OF_MERGE = /@{3,}(?: -\d{1,9}(?:,\d{1,9})?){2}/y
const NAMES_OF_GIT = /diff --git \S+ \S+[ \t]*\r?\n/y
/** A changed line, with another line of a hunk or nothing below it. */
const CHANGED_LINE = /[-+](?![-+])[^\n]*\n(?:[-+ \\@\r\n]|$)/y
const BLANK_LINE = /[ \t\r\u00a0]*\n/y
/** The next file, and what mail has below a diff: git's signature, with or without its blank, or the footer of a list. */
const END = /diff --git |-- ?\r?\n|_{20,}\r?\n/y

/** Lines from the first one of a diff to its first hunk; three blank lines may stand between any two. */
const MAX_LINES = 40

/**
 * The end of a broken diff; -1 if none begins at `start`. The lines with both file names and the beginning of a hunk have
 * to follow each other, with nothing between them but blank lines and one line for the rest of a wrapped one. Below the
 * names in a line of git, changed lines may follow at once.
 */
export function brokenEnd(text: string, start: number): number {
  const isGit = text.startsWith('diff --git ', start)
  if (!isGit && !text.startsWith('--- ', start)) return -1
  const marks = isGit ? ['--- ', '+++ '] : ['+++ ']
  const hasNames = isGit && matchesAt(NAMES_OF_GIT, text, start)
  let [at, isWrapped] = [lineAfter(text, start), false]
  for (let line = 1; line < MAX_LINES && at < text.length; line++, at = lineAfter(text, at)) {
    const [mark] = marks
    if (mark === undefined && isHunkStart(text, at)) return endOfText(text, at)
    if (mark === '--- ' && hasNames && matchesAt(CHANGED_LINE, text, at)) return endOfText(text, at)
    if (mark !== undefined && text.startsWith(mark, at)) {
      marks.shift()
      isWrapped = false
    } else if (
      !matchesAt(BLANK_LINE, text, at) &&
      !(mark === '--- ' && matchesAt(EXTENDED_HEADER, text, at))
    ) {
      if (isWrapped) return -1
      isWrapped = true
    }
  }
  return -1
}

function isHunkStart(text: string, at: number): boolean {
  return matchesAt(HUNK_START, text, at) && !matchesAt(HUNK_OF_MERGE, text, at)
}

function endOfText(text: string, start: number): number {
  let at = start
  while (at < text.length && !matchesAt(END, text, at)) at = lineAfter(text, at)
  return at
}
