import { type DiffPiece, diffEnd } from './diff-scan.js'

/** A text taken apart. What is no diff between two diffs belongs to the diff, as `git apply` reads it. */
export interface DiffSplit {
  /** What stands before the first line of the diff. */
  above: string
  /** Whole lines; undefined where the text has no diff. */
  diff: string | undefined
  /** What stands behind the last line of the diff. */
  below: string
  /** Whether all hunks have as many lines as they say, each beginning as it must: mail programs break lines. */
  isIntact: boolean
}

/** Where a diff may come from. */
export interface SplitOptions {
  /** The text came as a file of its own: diffs count that nothing announces, such as `1c1`. */
  isFile?: boolean
}

/**
 * Splits a text into its diff and the commentary around it. One pass over the lines; what looks like the
 * beginning of a diff and is none stays commentary.
 */
export function splitDiff(text: string, { isFile = false }: SplitOptions = {}): DiffSplit {
  // As git sees it: a hunk that lacks an empty line may have it in the line break before a part's end.
  const lines = `${text}\n`
  let [start, end, at] = [-1, -1, 0]
  let isIntact = true
  while (at < lines.length) {
    const piece: DiffPiece | undefined = diffEnd(lines, at, isFile)
    if (piece) {
      if (start < 0) start = at
      end = piece.end
      isIntact &&= piece.isIntact
    }
    at = piece ? piece.end : lines.indexOf('\n', at) + 1
  }
  if (start < 0) return { above: lines, diff: undefined, below: '', isIntact }
  return { above: lines.slice(0, start), diff: lines.slice(start, end), below: lines.slice(end), isIntact }
}
