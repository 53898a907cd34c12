import { assign } from './assignment.js'
import { DeadlineExceeded } from './deadline.js'
import { countDiffLines } from './hunks.js'
import { diffLines, LineNumbers, minEdits, type NumberedText } from './line-diff.js'
import type { PatchText } from './patch-text.js'

/** A patch of the older series, one of the newer series, or both; by index. */
export interface Match {
  readonly left: number | undefined
  readonly right: number | undefined
  /** Lines of the diff of both patches' diffs; of one patch, what leaving it alone costs. */
  readonly cost: number
}

/** A patch prepared for comparisons. */
interface Prepared extends NumberedText {
  /** The cost of leaving the patch alone. */
  readonly alone: number
}

/** A cost that no other cost reaches; sums of it stay exact. */
const NEVER = 2 ** 40

interface MatchOptions {
  /** Cost of a created or deleted patch, in percent of its lines. */
  readonly creationFactor: number
  readonly deadline: number
}

/**
 * Finds which patch became which, as `git range-diff` does: patches with equal diffs belong together, the first ones
 * first; the others so that the sum of costs is minimal. The result is in git's order. Throws `DeadlineExceeded`.
 */
export function matchPatches(
  left: readonly PatchText[],
  right: readonly PatchText[],
  { creationFactor, deadline }: MatchOptions,
): Match[] {
  const numbers = new LineNumbers()
  const prepare = ({ lines, diffStart }: PatchText): Prepared => {
    const text = numbers.read(lines.slice(diffStart))
    return { ...text, alone: Math.trunc((text.ids.length * creationFactor) / 100) }
  }
  const [older, newer] = [left.map(prepare), right.map(prepare)]
  const matches = equalDiffs(older, newer)
  const matched = {
    left: new Set(matches.map((match) => match.left)),
    right: new Set(matches.map((match) => match.right)),
  }
  const rest = {
    left: [...older.keys()].filter((index) => !matched.left.has(index)),
    right: [...newer.keys()].filter((index) => !matched.right.has(index)),
  }
  return inOrder([...matches, ...similarDiffs(older, newer, rest, deadline)])
}

/** Pairs of patches with the same diff. */
function equalDiffs(older: readonly Prepared[], newer: readonly Prepared[]): Match[] {
  const byDiff = new Map<string, number[]>()
  for (const [index, { ids }] of older.entries()) {
    const known = byDiff.get(ids.join())
    if (known) known.push(index)
    else byDiff.set(ids.join(), [index])
  }
  return [...newer.entries()].flatMap(([right, { ids }]) => {
    const left = byDiff.get(ids.join())?.shift()
    return left === undefined ? [] : [{ left, right, cost: 0 }]
  })
}

interface Rest {
  readonly left: readonly number[]
  readonly right: readonly number[]
}

/** Assigns the remaining patches to each other or to none. */
function similarDiffs(
  older: readonly Prepared[],
  newer: readonly Prepared[],
  { left, right }: Rest,
  deadline: number,
): Match[] {
  if (left.length === 0 && right.length === 0) return []
  const size = left.length + right.length
  // Rows are the older patches, then one for each created patch; columns are the newer ones, then the deleted.
  const costs = new Float64Array(size * size)
  for (const [row, index] of left.entries()) {
    const patch = older[index] as Prepared
    for (const [column, other] of right.entries())
      costs[row * size + column] = costOf(patch, newer[other] as Prepared, deadline)
    costs.fill(patch.alone, row * size + right.length, (row + 1) * size)
  }
  for (let row = left.length; row < size; row++)
    for (const [column, index] of right.entries())
      costs[row * size + column] = (newer[index] as Prepared).alone
  const columns = assign(size, costs)
  const partner = (row: number) => right[columns[row] as number]
  return columns.flatMap((column, row) => {
    const pair = { left: left[row], right: partner(row), cost: costs[row * size + column] as number }
    return pair.left === undefined && pair.right === undefined ? [] : [pair]
  })
}

/** Pairs that cost more than leaving both patches alone are never made, so that their cost is not needed. */
function costOf(older: Prepared, newer: Prepared, deadline: number): number {
  if (Date.now() >= deadline) throw new DeadlineExceeded()
  const most = older.alone + newer.alone
  if (minEdits(older, newer) > most) return NEVER
  const changed = diffLines(older, newer, { maxEdits: most, deadline })
  return changed ? countDiffLines(changed) : NEVER
}

/** git lists the newer patches in their order, and before each the deleted ones whose predecessors were listed. */
function inOrder(matches: readonly Match[]): Match[] {
  const byRight = matches
    .filter(({ right }) => right !== undefined)
    .toSorted((a, b) => (a.right as number) - (b.right as number))
  const byLeft = matches
    .filter(({ left }) => left !== undefined)
    .toSorted((a, b) => (a.left as number) - (b.left as number))
  const listed = new Set<Match>()
  let next = 0
  const listDeleted = () => {
    for (; next < byLeft.length; next++) {
      const match = byLeft[next] as Match
      if (match.right === undefined) listed.add(match)
      else if (!listed.has(match)) return
    }
  }
  for (const match of byRight) {
    listDeleted()
    listed.add(match)
  }
  listDeleted()
  return [...listed]
}
