import type { ComparedPair, SeriesComparison } from '../../domain/series/range-diff.js'
import { RangeLineReader, type ShownHunks } from '../diff/range-lines.js'
import type { ShownPair } from '../ui/range-diff.js'

/** Pairs of patches on one page; a stranger decides how many patches there are. */
const MAX_PAIRS = 1000

/** Longer changes are folded at first, and so are changes after this many lines. */
const LONG_CHANGES = 800
const OPEN_LINES = 3000

/**
 * The pairs of a comparison as the page shows them. Of a chosen patch only the pair is open, and its changes have
 * room first.
 */
export function showPairs(comparison: SeriesComparison, patch: number | undefined): ShownPair[] {
  const pairs = comparison.pairs.filter((pair, index) => index < MAX_PAIRS || hasPatch(pair, patch))
  const chosen = pairs.find((pair) => hasPatch(pair, patch))
  const changes = readChanges(pairs, chosen)
  let lines = 0
  const fits = (pair: ComparedPair) => {
    const length = (changes.get(pair)?.hunks ?? []).reduce((sum, hunk) => sum + hunk.lines.length, 0)
    lines += length
    return length <= LONG_CHANGES && lines <= OPEN_LINES
  }
  return pairs.map((pair) => ({
    ...pair,
    leftName: nameAt(comparison.left, pair.left),
    rightName: nameAt(comparison.right, pair.right),
    changes: changes.get(pair),
    isOpen: chosen ? pair === chosen : pair.status === '!' && fits(pair),
  }))
}

function hasPatch({ leftPatch, rightPatch }: ComparedPair, patch: number | undefined): boolean {
  return patch !== undefined && (leftPatch?.id === patch || rightPatch?.id === patch)
}

function nameAt(names: readonly string[], index: number | undefined): string | undefined {
  return index === undefined ? undefined : names[index]
}

function readChanges(
  pairs: readonly ComparedPair[],
  chosen: ComparedPair | undefined,
): Map<ComparedPair, ShownHunks> {
  const reader = new RangeLineReader()
  const changes = new Map<ComparedPair, ShownHunks>()
  const inOrder = chosen ? [chosen, ...pairs.filter((pair) => pair !== chosen)] : pairs
  for (const pair of inOrder) if (pair.hunks) changes.set(pair, reader.read(pair.hunks))
  return changes
}
