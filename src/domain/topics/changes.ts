/** What the diffs of a series change, and how alike two series are. */

export interface Changes {
  readonly files: ReadonlySet<string>
  /** The changed lines without white space, at most `MAX_LINES`. */
  readonly lines: ReadonlySet<string>
}

/** Maximum number of changed lines that are compared. */
const MAX_LINES = 20_000

const FILE = /^(?:\+\+\+|---) (?:[abciow12]\/)?([^\t\n]{1,1000})/

/** The changes of some diffs. Their lines are read when they are asked for: the files of most series decide. */
export function changesOf(diffs: Iterable<string>): Changes {
  return new ReadChanges([...diffs])
}

class ReadChanges implements Changes {
  readonly files = new Set<string>()
  #lines: Set<string> | undefined
  /** Those whose lines have not been read. */
  #diffs: readonly string[]

  constructor(diffs: readonly string[]) {
    this.#diffs = diffs
    for (const diff of diffs) addFiles(diff, this.files)
  }

  get lines(): ReadonlySet<string> {
    if (this.#lines) return this.#lines
    const lines = new Set<string>()
    for (const diff of this.#diffs) addLines(changedLines(diff), lines)
    this.#diffs = []
    this.#lines = lines
    return lines
  }
}

/** What begins the lines that name a file before and after its change. */
const NAME_MARKS = ['--- ', '+++ ']

function addFiles(diff: string, files: Set<string>): void {
  for (const mark of NAME_MARKS) {
    for (
      let at = diff.startsWith(mark) ? 0 : lineWith(mark, diff, 0);
      at >= 0;
      at = lineWith(mark, diff, at)
    ) {
      const name = nameAt(diff, at)?.trim()
      if (name !== undefined && name !== '/dev/null') files.add(name)
    }
  }
}

/** Where the next line with a mark begins; -1 if there is none. */
function lineWith(mark: string, diff: string, from: number): number {
  const newline = diff.indexOf(`\n${mark}`, from)
  return newline < 0 ? -1 : newline + 1
}

/** The file that a line with one of the marks names; undefined if it is a changed line. */
function nameAt(diff: string, at: number): string | undefined {
  return FILE.exec(diff.slice(at, at + 1100))?.[1]
}

function changedLines(diff: string): string[] {
  const changed: string[] = []
  for (let at = 0; at < diff.length; ) {
    const newline = diff.indexOf('\n', at)
    const end = newline < 0 ? diff.length : newline
    const first = diff[at]
    if (first === '+' || first === '-') {
      const mayName = diff.startsWith(first === '+' ? '+++ ' : '--- ', at)
      if (!mayName || nameAt(diff, at) === undefined) changed.push(diff.slice(at, Math.min(end, at + 500)))
    }
    at = end + 1
  }
  return changed
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
