import { commitMessage } from '../mail/commit-message.js'
import { type Pair, rangeDiff } from './range-diff.js'

/** A patch as it was posted. */
export interface PostedPatch {
  /** Its name, without prefixes in brackets. */
  readonly name: string
  /** The headers of its mail, as lines. */
  readonly headers: string
  /** The text of its mail above the diff. */
  readonly text: string
  readonly diff: string
}

export interface Comparison {
  readonly left: readonly PostedPatch[]
  readonly right: readonly PostedPatch[]
  readonly creationFactor: number
  /** Bytes of changes between matched patches that are wanted; 0: none. */
  readonly maxHunkBytes: number
}

export interface Compared {
  readonly pairs: readonly Pair[]
  /** The subjects of the patches of both series. */
  readonly left: readonly string[]
  readonly right: readonly string[]
  /** Whether the comparison exceeded a limit, so that patches are matched by name. */
  readonly truncated: boolean
  /** Whether changes between some patches are left out, because there are more bytes of them than wanted. */
  readonly isCut: boolean
}

/** Compares two posted series; undefined if that takes longer than `timeout` milliseconds. */
export function compareSeries(comparison: Comparison, timeout: number): Compared | undefined {
  const deadline = Date.now() + timeout
  const [left, right] = [comparison.left.map(toInput), comparison.right.map(toInput)]
  const { creationFactor, maxHunkBytes } = comparison
  const result = rangeDiff(left, right, { creationFactor, maxHunkBytes, deadline })
  if (!result) return undefined
  return {
    ...result,
    left: left.map(({ subject }) => subject),
    right: right.map(({ subject }) => subject),
    truncated: false,
  }
}

function toInput({ name, headers, text, diff }: PostedPatch) {
  return { ...commitMessage({ headers, text, name }), diff }
}
