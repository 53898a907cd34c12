import { lineAfter, matchesAt } from './text.js'

/**
 * Finds the ends of diffs that are not unified: git's combined diffs of merges, context and normal diffs of
 * `diff`, properties of Subversion. Each function takes the offset of the first line, and returns
 * -1 if no such diff begins there.
 */

const COMBINED_HEADER = /(?:index|mode|(?:new|deleted) file mode|similarity index|rename from|rename to) /y
const COMBINED_HUNK = /(@{3,17}) ((?:-\d{1,9}(?:,\d{1,9})? ){2,16})\+\d{1,9}(?:,(\d{1,9}))? @{3,17}(?![^\s])/y
const MAX_PARENTS = 16

/** `diff --cc` or `diff --combined`: a merge against all of its parents. */
export function combinedEnd(text: string, start: number): number {
  if (!text.startsWith('diff --cc ', start) && !text.startsWith('diff --combined ', start)) return -1
  let at = lineAfter(text, start)
  while (matchesAt(COMBINED_HEADER, text, at)) at = lineAfter(text, at)
  const headersEnd = at
  for (let parent = 0; parent < MAX_PARENTS && text.startsWith('--- ', at); parent++) at = lineAfter(text, at)
  const hasNames = at > headersEnd && text.startsWith('+++ ', at)
  if (text.startsWith('+++ ', at)) at = lineAfter(text, at)
  let end = combinedHunkEnd(text, at)
  // Git leaves out hunks that took the version of one parent, perhaps all of them.
  if (end < 0 && hasNames && text[at] !== '@') return at
  if (end < 0) return text.startsWith('Binary files ', headersEnd) ? lineAfter(text, headersEnd) : -1
  for (let next = end; next >= 0; next = combinedHunkEnd(text, end)) end = next
  return end
}

/** A line has a column for each parent: `-` for a line of only the parent, `+` for a line that is new in the merge. */
function combinedHunkEnd(text: string, start: number): number {
  COMBINED_HUNK.lastIndex = start
  const hunk = COMBINED_HUNK.exec(text)
  if (!hunk) return -1
  const old = [...(hunk[2] as string).matchAll(/-\d+(?:,(\d+))?/g)].map(([, count]) => Number(count ?? 1))
  if (old.length !== (hunk[1] as string).length - 1) return -1
  let fresh = Number(hunk[3] ?? 1)
  let at = lineAfter(text, start)
  while (at < text.length && (fresh > 0 || old.some((count) => count > 0))) {
    const columns = text.slice(at, at + old.length)
    const isRemoved = columns.includes('-')
    if (text[at] !== '\\') {
      if (!isRemoved) fresh--
      for (let parent = 0; parent < old.length; parent++)
        if (isRemoved ? columns[parent] === '-' : columns[parent] !== '+') (old[parent] as number)--
    }
    if (text.startsWith('diff --', at)) break
    at = lineAfter(text, at)
  }
  while (text.startsWith('\\ ', at)) at = lineAfter(text, at)
  return at
}

const CONTEXT_HUNK = /\*{15}[^\n]*\n\*\*\* \d{1,9}(?:,\d{1,9})? \*{4}/y
const CONTEXT_LINE = /(?:[ !+-] |[ ]?\r?\n(?=[ !+-] )|--- \d|\*\*\* \d{1,9}(?:,\d{1,9})? \*{4}|\*{15}|\\ )/y

/** A context diff: `*** old`, `--- new`, and hunks below rows of asterisks. */
export function contextEnd(text: string, start: number): number {
  if (!text.startsWith('*** ', start)) return -1
  const newName = lineAfter(text, start)
  const hunks = lineAfter(text, newName)
  if (!text.startsWith('--- ', newName) || !matchesAt(CONTEXT_HUNK, text, hunks)) return -1
  let at = hunks
  while (matchesAt(CONTEXT_LINE, text, at)) at = lineAfter(text, at)
  return at
}

const NORMAL_COMMAND = /\d{1,9}(?:,\d{1,9})?[acd]\d{1,9}(?:,\d{1,9})?\r?\n(?=[<>] )/y
const NORMAL_LINE = /(?:[<>](?: |\r?\n)|---\r?\n(?=> )|\\ )/y

/** A normal diff: `2,3c2`, lines with `<` and `>`, a separator between them. */
export function normalEnd(text: string, start: number): number {
  let at = start
  while (matchesAt(NORMAL_COMMAND, text, at)) {
    at = lineAfter(text, at)
    while (matchesAt(NORMAL_LINE, text, at)) at = lineAfter(text, at)
  }
  return at > start ? at : -1
}

const PROPERTIES = /\r?\n?Property changes on: [^\n]*\n_{20,}\r?\n/y
const PROPERTY_LINE =
  /(?:(?:Added|Modified|Deleted|Name): |## -\d|[ +-]|\\ |Reverse-merged |Merged |\r?\n(?=(?:Added|Modified|Deleted|Name): ))/y

/** The end of Subversion's property section below the hunks; `start` itself if there is none. */
export function propertiesEnd(text: string, start: number): number {
  PROPERTIES.lastIndex = start
  if (!PROPERTIES.test(text)) return start
  let at = PROPERTIES.lastIndex
  // Git's signature begins like a removed line.
  while (matchesAt(PROPERTY_LINE, text, at) && !text.startsWith('-- \n', at)) at = lineAfter(text, at)
  return at
}
