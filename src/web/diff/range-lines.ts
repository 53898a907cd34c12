/** Range-diffs for display: the changes between two versions of a patch, line by line. */

/** What the comparison says of a line: it is in the older patch, in the newer one, or in both. */
export type Side = 'old' | 'new' | 'both'

/** What the line is within its patch. */
export type RangeLineKind = 'added' | 'deleted' | 'context' | 'at' | 'heading'

export interface RangeLine {
  readonly side: Side
  readonly kind: RangeLineKind
  /** The line of the patch, without the mark of the comparison. */
  readonly text: string
}

export interface RangeHunk {
  /** The heading that it stands below: a file, a function or a part of the message. */
  readonly section: string
  readonly lines: readonly RangeLine[]
}

export interface ShownHunks {
  readonly hunks: readonly RangeHunk[]
  /** How many lines are left out. */
  readonly omitted: number
}

/** How much of all changes together is shown; a stranger decides about their size. */
export interface RangeLimits {
  readonly lines: number
  readonly characters: number
  /** Of one line; the rest of a longer one is cut. */
  readonly lineLength: number
}

export const RANGE_LIMITS: RangeLimits = { lines: 10_000, characters: 1_000_000, lineLength: 5000 }

interface TextHunk {
  readonly section: string
  /** Lines with the mark of the comparison in front. */
  readonly lines: readonly string[]
}

/** Reads the changes of one pair of patches after the other, until they have no more room on a page. */
export class RangeLineReader {
  readonly #limits: RangeLimits
  #lines = 0
  #characters = 0

  constructor(limits: RangeLimits = RANGE_LIMITS) {
    this.#limits = limits
  }

  read(hunks: readonly TextHunk[]): ShownHunks {
    const shown: RangeHunk[] = []
    let omitted = 0
    for (const { section, lines } of hunks) {
      const kept: RangeLine[] = []
      for (const line of lines)
        if (this.#hasRoom(line)) kept.push(toRangeLine(this.#cut(line)))
        else omitted++
      if (kept.length > 0) shown.push({ section, lines: kept })
    }
    return { hunks: shown, omitted }
  }

  #hasRoom({ length }: string): boolean {
    const { lines, characters, lineLength } = this.#limits
    const size = Math.min(length, lineLength)
    if (this.#lines >= lines || this.#characters + size > characters) return false
    this.#lines++
    this.#characters += size
    return true
  }

  #cut(line: string): string {
    const { lineLength } = this.#limits
    return line.length > lineLength ? `${line.slice(0, lineLength).toWellFormed()} …` : line
  }
}

const SIDES: Readonly<Record<string, Side>> = { '-': 'old', '+': 'new' }

function toRangeLine(line: string): RangeLine {
  const text = line.slice(1)
  return { side: SIDES[line[0] ?? ''] ?? 'both', kind: kindOf(text), text }
}

/** The text of a message is indented, so that the first character says what a line is. */
function kindOf(text: string): RangeLineKind {
  if (text.startsWith('+')) return 'added'
  if (text.startsWith('-')) return 'deleted'
  if (text.startsWith('@@')) return 'at'
  return text.startsWith(' ## ') && text.endsWith(' ##') ? 'heading' : 'context'
}
