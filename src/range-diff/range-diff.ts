import { DeadlineExceeded } from './deadline.js'
import { hunksOf, type TextHunk } from './hunks.js'
import { diffLines, LineNumbers } from './line-diff.js'
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
  /** Bytes of changes between matched patches that are wanted; 0: none. */
  readonly maxHunkBytes: number
  /** When the comparison has to end, by `Date.now()`. */
  readonly deadline: number
}

export interface RangeDiff {
  /** In git's order. */
  readonly pairs: readonly Pair[]
  /** Whether changes between some patches are left out, because there are more bytes of them than wanted. */
  readonly isCut: boolean
}

/**
 * Compares two series of patches as `git range-diff` does. Returns undefined if that takes longer than the deadline.
 */
export function rangeDiff(
  left: readonly PatchInput[],
  right: readonly PatchInput[],
  options: RangeDiffOptions,
): RangeDiff | undefined {
  try {
    const [older, newer] = [left.map(toPatchText), right.map(toPatchText)]
    const changes = new Changes(options)
    const pairs = matchPatches(older, newer, options).map((match) => toPair(match, older, newer, changes))
    return { pairs, isCut: changes.isCut }
  } catch (error) {
    if (error instanceof DeadlineExceeded) return undefined
    throw error
  }
}

function toPair(
  { left, right, cost }: Match,
  older: readonly PatchText[],
  newer: readonly PatchText[],
  changes: Changes,
): Pair {
  const before = left === undefined ? undefined : (older[left] as PatchText)
  const after = right === undefined ? undefined : (newer[right] as PatchText)
  if (!before || !after) return { left, right, status: before ? '<' : '>', cost, hunks: undefined }
  const isChanged = !isSame(before.lines, after.lines)
  const hunks = isChanged ? changes.between(before.lines, after.lines) : undefined
  return { left, right, status: isChanged ? '!' : '=', cost, hunks }
}

/** Compares the texts of patches until there are enough bytes of changes. */
class Changes {
  readonly #deadline: number
  readonly #isWanted: boolean
  #bytes: number
  isCut = false

  constructor({ maxHunkBytes, deadline }: RangeDiffOptions) {
    this.#isWanted = maxHunkBytes > 0
    this.#bytes = maxHunkBytes
    this.#deadline = deadline
  }

  /** Undefined if nothing is wanted or if the changes have no room. */
  between(before: readonly string[], after: readonly string[]): readonly TextHunk[] | undefined {
    if (!this.#isWanted) return undefined
    const hunks = compare(before, after, this.#deadline)
    const bytes = bytesOf(hunks)
    if (bytes > this.#bytes) {
      this.isCut = true
      return undefined
    }
    this.#bytes -= bytes
    return hunks
  }
}

function bytesOf(hunks: readonly TextHunk[]): number {
  let bytes = 0
  for (const { section, lines } of hunks) {
    bytes += Buffer.byteLength(section)
    for (const line of lines) bytes += Buffer.byteLength(line)
  }
  return bytes
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, index) => line === other[index])
}

function compare(before: readonly string[], after: readonly string[], deadline: number): TextHunk[] {
  const numbers = new LineNumbers()
  const changed = diffLines(numbers.read(before), numbers.read(after), {
    deadline,
    lines: [before, after],
  })
  return changed ? hunksOf(before, after, changed) : []
}
