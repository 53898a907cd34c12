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
  /** Whether the changes between matched patches are wanted. */
  readonly withHunks: boolean
}

export interface Compared {
  readonly pairs: readonly Pair[]
  /** The subjects of the patches of both series. */
  readonly left: readonly string[]
  readonly right: readonly string[]
  /** Whether the comparison exceeded a limit, so that patches are matched by name. */
  readonly truncated: boolean
}

/** Compares two posted series; undefined if that takes longer than `timeout` milliseconds. */
export function compareSeries(comparison: Comparison, timeout: number): Compared | undefined {
  const deadline = Date.now() + timeout
  const [left, right] = [comparison.left.map(toInput), comparison.right.map(toInput)]
  const { creationFactor, withHunks } = comparison
  const pairs = rangeDiff(left, right, { creationFactor, withHunks, deadline })
  if (!pairs) return undefined
  return {
    pairs,
    left: left.map(({ subject }) => subject),
    right: right.map(({ subject }) => subject),
    truncated: false,
  }
}

function toInput({ name, headers, text, diff }: PostedPatch) {
  return { ...commitMessage({ headers, text, name }), diff }
}
