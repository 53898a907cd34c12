/** Ranges of missing numbers that are named. */
const MAX_RANGES = 4

/**
 * The numbers from 1 to `total` that are missing, in words: `2, 5–9`; undefined if there are none. `numbers` are in
 * order. Takes as long as there are numbers, however large `total` is.
 */
export function missingNumbers(numbers: readonly number[], total: number): string | undefined {
  const ranges: string[] = []
  let next = 1
  for (const number of [...numbers, total + 1]) {
    const last = Math.min(number - 1, total)
    if (last >= next) ranges.push(rangeOf(next, last))
    next = Math.max(next, number + 1)
  }
  if (ranges.length === 0) return undefined
  return ranges.length > MAX_RANGES ? `${ranges.slice(0, MAX_RANGES).join(', ')}, …` : ranges.join(', ')
}

function rangeOf(first: number, last: number): string {
  if (first === last) return String(first)
  return last === first + 1 ? `${first}, ${last}` : `${first}–${last}`
}
