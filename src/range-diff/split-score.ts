/**
 * Where a group of changed lines reads best: git's indent heuristic. A split is the place between two lines where a
 * group begins or ends. Good ones are next to empty lines and before lines that are indented less; the numbers are
 * git's, which were fitted to diffs that people rated.
 */

const MAX_INDENT = 200
const MAX_BLANKS = 20

const START_OF_TEXT = 1
const END_OF_TEXT = 21
const EACH_BLANK = -30
const EACH_BLANK_AFTER = 6

/** For the line after the split compared with the one before it: in each case without and with blanks between them. */
const INDENTED = [-4, 10] as const
/** Indented less than the line before and than the line after it, such as `else`. */
const OUTDENTED = [24, 17] as const
const DEDENTED = [23, 17] as const

/** How much a difference of indentation counts, whatever its size. */
const INDENT_WEIGHT = 60

/** The indentation of a line that has nothing else; also of no line at all. */
const NONE = -1

/** How badly a group reads at its place: lower is better. */
export interface SplitScore {
  readonly indent: number
  readonly penalty: number
}

/** The score of a group of lines, of both of its ends together. */
export function scoreGroup(lines: readonly string[], start: number, end: number): SplitScore {
  const [one, other] = [scoreSplit(lines, end), scoreSplit(lines, start)]
  return { indent: one.indent + other.indent, penalty: one.penalty + other.penalty }
}

/** Whether a group reads at least as well with the first score as with the second. */
export function isAsGood(one: SplitScore, other: SplitScore): boolean {
  return INDENT_WEIGHT * Math.sign(one.indent - other.indent) + one.penalty - other.penalty <= 0
}

function scoreSplit(lines: readonly string[], at: number): SplitScore {
  const own = at < lines.length ? indentOf(lines[at] as string) : NONE
  const before = firstIndent(lines, at - 1, -1)
  const after = firstIndent(lines, at + 1, 1)
  const blanksAfter = own === NONE ? 1 + after.blanks : 0
  const blanks = before.blanks + blanksAfter
  const indent = own === NONE ? after.indent : own
  const penalty =
    (before.indent === NONE && before.blanks === 0 ? START_OF_TEXT : 0) +
    (at >= lines.length ? END_OF_TEXT : 0) +
    EACH_BLANK * blanks +
    EACH_BLANK_AFTER * blanksAfter +
    relativePenalty(before.indent, indent, after.indent, blanks > 0 ? 1 : 0)
  return { indent, penalty }
}

function relativePenalty(before: number, indent: number, after: number, hasBlanks: 0 | 1): number {
  if (indent === NONE || before === NONE || indent === before) return 0
  if (indent > before) return INDENTED[hasBlanks]
  return (after !== NONE && after > indent ? OUTDENTED : DEDENTED)[hasBlanks]
}

/** The indentation of the nearest line that is not blank, from a line on, and the blank ones before it. */
function firstIndent(
  lines: readonly string[],
  from: number,
  step: 1 | -1,
): { indent: number; blanks: number } {
  let blanks = 0
  for (let at = from; at >= 0 && at < lines.length; at += step) {
    const indent = indentOf(lines[at] as string)
    if (indent !== NONE) return { indent, blanks }
    blanks++
    if (blanks === MAX_BLANKS) return { indent: 0, blanks }
  }
  return { indent: NONE, blanks }
}

/** The column of the first character that is no blank. */
function indentOf(line: string): number {
  let indent = 0
  for (let at = 0; at < line.length; at++) {
    const char = line[at]
    if (char === ' ') indent++
    else if (char === '\t') indent += 8 - (indent % 8)
    else if (char !== '\n' && char !== '\v' && char !== '\f' && char !== '\r') return indent
    if (indent >= MAX_INDENT) return MAX_INDENT
  }
  return NONE
}
