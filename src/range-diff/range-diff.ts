import { hunksOf, type TextHunk } from './hunks.js'
import { DeadlineExceeded, diffLines, LineNumbers } from './line-diff.js'
import { type Match, matchPatches } from './match.js'
import { type PatchInput, type PatchText, toPatchText } from './patch-text.js'

/** `=`: the same patch; `!`: changed; `<` and `>`: only in the older or in the newer series. */
export type Status = '=' | '!' | '<' | '>'

/** A patch of the older series, one of the newer series, or both; by index. */
export interface Pair {
  readonly left: number | undefined
  readonly right: number | undefined
  readonly status: Status
  /** Lines of the diff of both diffs; undefined if patches were matched by name. */
  readonly cost: number | undefined
  /** What changed between the two patches; undefined unless asked for. */
  readonly hunks: readonly TextHunk[] | undefined
}

export interface RangeDiffOptions {
  readonly creationFactor: number
  /** Whether the changes between matched patches are wanted. */
  readonly withHunks: boolean
  /** When the comparison has to end, by `Date.now()`. */
  readonly deadline: number
}

/**
 * Compares two series of patches as `git range-diff` does; the pairs are in git's order.
 * Returns undefined if that takes longer than the deadline.
 */
export function rangeDiff(
  left: readonly PatchInput[],
  right: readonly PatchInput[],
  options: RangeDiffOptions,
): Pair[] | undefined {
  try {
    const [older, newer] = [left.map(toPatchText), right.map(toPatchText)]
    return matchPatches(older, newer, options).map((match) => toPair(match, older, newer, options))
  } catch (error) {
    if (error instanceof DeadlineExceeded) return undefined
    throw error
  }
}

function toPair(
  { left, right, cost }: Match,
  older: readonly PatchText[],
  newer: readonly PatchText[],
  { withHunks, deadline }: RangeDiffOptions,
): Pair {
  const before = left === undefined ? undefined : (older[left] as PatchText)
  const after = right === undefined ? undefined : (newer[right] as PatchText)
  if (!before || !after) return { left, right, status: before ? '<' : '>', cost, hunks: undefined }
  const status = isSame(before.lines, after.lines) ? '=' : '!'
  const hunks = withHunks && status === '!' ? compare(before.lines, after.lines, deadline) : undefined
  return { left, right, status, cost, hunks }
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, index) => line === other[index])
}

function compare(before: readonly string[], after: readonly string[], deadline: number): TextHunk[] {
  const numbers = new LineNumbers()
  const changed = diffLines(numbers.idsOf(before), numbers.idsOf(after), { deadline })
  return changed ? hunksOf(before, after, changed) : []
}
