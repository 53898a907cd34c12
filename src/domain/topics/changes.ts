/** What the diffs of a series change, and how alike two series are. */

export interface Changes {
  readonly files: ReadonlySet<string>
  /** The changed lines without white space, at most `MAX_LINES`. */
  readonly lines: ReadonlySet<string>
}

/** Maximum number of changed lines that are compared. */
const MAX_LINES = 20_000

const FILE = /^(?:\+\+\+|---) (?:[abciow12]\/)?([^\t\n]{1,1000})/

/** The changes of some diffs. */
export function changesOf(diffs: Iterable<string>): Changes {
  const files = new Set<string>()
  const lines = new Set<string>()
  for (const diff of diffs) readDiff(diff, files, lines)
  return { files, lines }
}

function readDiff(diff: string, files: Set<string>, lines: Set<string>): void {
  const changed: string[] = []
  for (let at = 0; at < diff.length; ) {
    const newline = diff.indexOf('\n', at)
    const end = newline < 0 ? diff.length : newline
    const first = diff[at]
    if (first === '+' || first === '-') {
      const isName = diff.startsWith(first === '+' ? '+++ ' : '--- ', at)
      const name = isName ? FILE.exec(diff.slice(at, Math.min(end, at + 1100)))?.[1] : undefined
      if (name === undefined) changed.push(diff.slice(at, Math.min(end, at + 500)))
      else if (name.trim() !== '/dev/null') files.add(name.trim())
    }
    at = end + 1
  }
  addLines(changed, lines)
}

/** White space is removed from all lines at once: a pattern for each line takes several times as long. */
function addLines(changed: readonly string[], lines: Set<string>): void {
  for (const line of changed
    .join('\n')
    .replace(/[^\S\n]+/g, '')
    .split('\n')) {
    if (lines.size >= MAX_LINES) return
    // Braces and the like are in every diff.
    if (line.length > 3) lines.add(line)
  }
}

/** The share of common elements among all of two sets; 0 if both are empty. */
export function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const common = countCommon(a, b)
  const all = a.size + b.size - common
  return all === 0 ? 0 : common / all
}

/** How much of the smaller change is in the larger one. */
export function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const least = Math.min(a.size, b.size)
  return least === 0 ? 0 : countCommon(a, b) / least
}

function countCommon(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a]
  let common = 0
  for (const each of small) if (large.has(each)) common++
  return common
}
