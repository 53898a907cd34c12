/** Where git finds the trailers of a commit message (git-interpret-trailers(1)). */

import { lineAfter, stripEnd } from '../text.js'

const GIT_TRAILER = /^(?:Signed-off-by: |\(cherry picked from commit )/
const ANY_TRAILER = /^[A-Za-z0-9-]+[^\S\n]*:/

/**
 * Whether git treats the last paragraph as trailers, so that another one can be added to it: all lines are trailers, or
 * at least a quarter of them and one of git's own.
 */
export function endsWithTrailers(message: string): boolean {
  const lines = stripEnd(message).split('\n')
  let [trailers, others, folds] = [0, 0, 0]
  let hasGitTrailer = false
  for (let at = lines.length - 1; at >= 0 && (lines[at] as string).trim() !== ''; at--) {
    const line = lines[at] as string
    if (GIT_TRAILER.test(line) || ANY_TRAILER.test(line)) {
      trailers++
      folds = 0
      hasGitTrailer ||= GIT_TRAILER.test(line)
    } else if (/^\s/.test(line)) folds++
    else {
      others += line.startsWith('#') ? folds : 1 + folds
      folds = 0
    }
  }
  others += folds
  return hasGitTrailer ? trailers * 3 >= others : trailers > 0 && others === 0
}

const CONFLICTS = 'Conflicts:\n'
/** Below this line `git commit --verbose` shows the diff. */
const CUT_LINE = /^# -{24} >8 -{24}$/m

/**
 * Where one more trailer is to stand: at the end, but above what git leaves out of account there, comments and the list of
 * conflicts of old versions.
 */
export function trailerPlace(message: string): number {
  const end = CUT_LINE.exec(message)?.index ?? message.length
  let start: number | undefined
  let hasConflicts = false
  for (let at = 0; at < end; at = lineAfter(message, at)) {
    if (message.startsWith(CONFLICTS, at)) hasConflicts = true
    else if (message[at] !== '#' && message[at] !== '\n' && !(hasConflicts && message[at] === '\t')) {
      start = undefined
      hasConflicts = false
      continue
    }
    start ??= at
  }
  const place = start ?? end
  return hasConflicts || end < message.length || endsWithTrailers(message.slice(0, place))
    ? place
    : message.length
}
