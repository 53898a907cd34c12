import { combinedEnd, contextEnd, normalEnd, propertiesEnd } from './diff-scan-other.js'
import { lineAfter, matchesAt } from './text.js'

/** The diff of one file, from the line where the search began to the line after the diff. */
export interface DiffPiece {
  end: number
  /** Whether its hunks have the announced number of lines, each with a valid first character. */
  isIntact: boolean
}

/** Git's extended headers between `diff --git` and the hunks (git-apply, `parse_git_diff_header`). */
const EXTENDED_HEADER =
  /(?:old mode|new mode|deleted file mode|new file mode|copy from|copy to|rename (?:from|to|old|new)|similarity index|dissimilarity index|index) /y

/** Extended headers that describe a change without hunks. */
const FILE_HEADER = /(?:deleted file mode|new file mode) /y

const HUNK = /@@ -\d{1,9}(?:,(\d{1,9}))? \+\d{1,9}(?:,(\d{1,9}))? @@/y

/**
 * The diff of one file that begins with the line at `at`, in any format of git, CVS, Subversion,
 * Mercurial, quilt or `diff`; undefined if none begins there. Looks ahead over a bounded number of
 * lines, and over the lines of the returned diff.
 *
 * @param isFile whether a normal diff (`1c1`) without an announcing command counts
 */
export function diffEnd(text: string, at: number, isFile: boolean): DiffPiece | undefined {
  switch (text[at]) {
    case 'd':
      if (text.startsWith('diff --git ', at)) return gitDiff(text, at)
      if (text.startsWith('diff --c', at)) return intact(combinedEnd(text, at))
      return text.startsWith('diff ', at) ? announcedDiff(text, at) : undefined
    case 'I':
      return text.startsWith('Index: ', at) ? announcedDiff(text, at) : undefined
    case '-':
      return unifiedDiff(text, at)
    case '*':
      return intact(contextEnd(text, at))
    default:
      return isFile ? intact(normalEnd(text, at)) : undefined
  }
}

function intact(end: number): DiffPiece | undefined {
  return end < 0 ? undefined : { end, isIntact: true }
}

/** Headers, then hunks or binary data; neither follows if only names or modes change. */
function gitDiff(text: string, start: number): DiffPiece | undefined {
  let headers = 0
  let at = lineAfter(text, start)
  while (matchesAt(EXTENDED_HEADER, text, at)) {
    headers += matchesAt(FILE_HEADER, text, at) ? 2 : 1
    at = lineAfter(text, at)
  }
  const unified = unifiedDiff(text, at)
  if (unified) return unified
  // For `git apply` the first line names the files well enough. Below a rename, the hunks stay text, as recorded.
  if (headers < 2 && matchesAt(HUNK, text, at)) return hunksEnd(text, at)
  const end = binaryEnd(text, at)
  // A single header is not enough: `old mode` without `new mode`, `index` without hunks.
  return end >= 0 ? intact(end) : intact(headers >= 2 ? at : -1)
}

const BINARY_BLOCK = /(?:literal|delta) \d{1,10}\r?\n/y
/** A line of binary data: the byte count as a letter, then groups of five characters in git's base 85. */
const BINARY_DATA = /[A-Za-z](?:[0-9A-Za-z!#$%&()*+;<=>?@^_`{|}~-]{5}){1,13}\r?\n/y
const BLANK_LINE = /[ \t]*\r?\n/y
const BINARY_DIFFERS = /(?:Binary files|Files) [^\n]{1,9000} differ\r?\n/y

/** `GIT binary patch` with one or two blocks of data, each ended by a blank line, or `Binary files … differ`. */
function binaryEnd(text: string, start: number): number {
  if (matchesAt(BINARY_DIFFERS, text, start)) return lineAfter(text, start)
  if (!text.startsWith('GIT binary patch', start)) return -1
  let at = lineAfter(text, start)
  for (let block = 0; block < 2 && matchesAt(BINARY_BLOCK, text, at); block++) {
    at = lineAfter(text, at)
    while (matchesAt(BINARY_DATA, text, at)) at = lineAfter(text, at)
    if (matchesAt(BLANK_LINE, text, at)) at = lineAfter(text, at)
  }
  return at
}

/** Lines of CVS, Subversion, quilt, Perforce and `diff` between the announcement of a diff and its file names. */
const ANNOUNCEMENT =
  /(?:diff |Index: |={3,}|RCS file: |retrieving revision |Only in |(?:Binary files|Files) [^\n]{1,9000} differ|(?:old|new) mode |(?:new|deleted) file mode |rename (?:from|to) |copy (?:from|to) |(?:dis)?similarity index |index )/y
const MAX_ANNOUNCEMENT = 12

/** A diff after the command or the name that announces it; a sentence with the same beginning does not count. */
function announcedDiff(text: string, start: number): DiffPiece | undefined {
  let at = lineAfter(text, start)
  let isCommand = text.startsWith('diff -', start)
  for (let count = 0; count < MAX_ANNOUNCEMENT; count++) {
    const next = lineAfter(text, at)
    // "Binary files differ", in the language of the author of the diff, stands between two commands.
    const isRemark = isCommand && text.startsWith('diff -', next)
    if (!isRemark && !matchesAt(ANNOUNCEMENT, text, at)) break
    if (text.startsWith('diff --git ', at)) return undefined
    isCommand = text.startsWith('diff -', at)
    at = next
  }
  const unified = unifiedDiff(text, at)
  if (unified) return { ...unified, end: propertiesEnd(text, unified.end) }
  const context = contextEnd(text, at)
  return intact(context >= 0 ? context : normalEnd(text, at))
}

/** Two file names and hunks: three lines that do not occur in prose by chance. */
function unifiedDiff(text: string, start: number): DiffPiece | undefined {
  if (!text.startsWith('--- ', start)) return undefined
  const newName = lineAfter(text, start)
  if (!text.startsWith('+++ ', newName)) return undefined
  const hunks = lineAfter(text, newName)
  return matchesAt(HUNK, text, hunks) ? hunksEnd(text, hunks) : undefined
}

function hunksEnd(text: string, start: number): DiffPiece {
  let [at, isIntact] = [start, true]
  for (let counts = hunkAt(text, at); counts; counts = hunkAt(text, at)) {
    let [, oldLines, newLines] = counts
    at = lineAfter(text, at)
    // Only its line counts end a hunk: within it, any line may belong to the file.
    while ((oldLines > 0 || newLines > 0) && at < text.length) {
      const mark = text[at]
      if (mark !== '+' && mark !== '\\') oldLines--
      if (mark !== '-' && mark !== '\\') newLines--
      isIntact &&= isHunkMark(mark)
      at = lineAfter(text, at)
    }
    isIntact &&= oldLines === 0 && newLines === 0
    // "No newline at end of file", in the language of the author of the diff.
    while (text.startsWith('\\ ', at)) at = lineAfter(text, at)
  }
  return { end: at, isIntact }
}

function hunkAt(text: string, at: number): [string, number, number] | undefined {
  HUNK.lastIndex = at
  const hunk = HUNK.exec(text)
  return hunk ? [hunk[0], Number(hunk[1] ?? 1), Number(hunk[2] ?? 1)] : undefined
}

/** An empty line may be a context line that lost its blank in transit; git accepts it. */
function isHunkMark(mark: string | undefined): boolean {
  return mark === ' ' || mark === '+' || mark === '-' || mark === '\\' || mark === '\n' || mark === '\r'
}
