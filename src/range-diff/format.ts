import type { Pair } from './range-diff.js'

/** git shows commits by their abbreviated ids; patches of a list have none. */
const NO_ID = '-------'

/** Comparisons as `git range-diff` prints them, of patches without commit ids. */
export function formatRangeDiff(
  pairs: readonly Pair[],
  left: readonly string[],
  right: readonly string[],
): string {
  const width = String(1 + Math.max(left.length, right.length)).length
  const place = (index: number | undefined) => (index === undefined ? '-' : String(index + 1)).padStart(width)
  const text: string[] = []
  for (const { left: before, right: after, status, hunks } of pairs) {
    const subject = before === undefined ? right[after as number] : left[before]
    text.push(`${place(before)}:  ${NO_ID} ${status} ${place(after)}:  ${NO_ID} ${subject}`)
    for (const { section, lines } of hunks ?? []) {
      text.push(`    @@${section === '' ? '' : ` ${section}`}`)
      for (const line of lines) text.push(`    ${line}`)
    }
  }
  return text.map((line) => `${line}\n`).join('')
}
