import { type DiffPiece, diffEnd } from './diff-scan.js'
import { brokenEnd } from './diff-scan-broken.js'

/** A text, split. Other text between two diffs belongs to the diff, as in `git apply`. */
export interface DiffSplit {
  /** The text before the first line of the diff. */
  above: string
  /** Whole lines; undefined if the text has no diff. */
  diff: string | undefined
  /** The text after the last line of the diff. */
  below: string
  /** Whether all hunks have the announced number of valid lines: mail programs break lines. */
  isIntact: boolean
}

/** The source of a text. */
export interface SplitOptions {
  /** The text is an attached file: diffs without an announcement, such as `1c1`, count. */
  isFile?: boolean
  /** Diffs count that a mail program has broken. */
  acceptsBroken?: boolean
}

/**
 * Splits a text into its diff and the commentary around it. One pass over the lines; text that only looks like
 * the beginning of a diff stays commentary.
 */
export function splitDiff(
  text: string,
  { isFile = false, acceptsBroken = false }: SplitOptions = {},
): DiffSplit {
  // As in git: the line break at the end of a part may supply the missing empty line of a hunk.
  const lines = `${text}\n`
  let [start, end, at] = [-1, -1, 0]
  let isIntact = true
  while (at < lines.length) {
    const piece: DiffPiece | undefined =
      diffEnd(lines, at, isFile) ?? (acceptsBroken ? brokenPiece(lines, at) : undefined)
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

function brokenPiece(text: string, at: number): DiffPiece | undefined {
  const end = brokenEnd(text, at)
  return end < 0 ? undefined : { end, isIntact: false }
}
