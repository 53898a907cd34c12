import type { Box, Point } from './box.js'
import { roughRoot } from './compared-lines.js'
import { DeadlineExceeded } from './deadline.js'
import { BackwardFrontier, ForwardFrontier } from './frontier.js'

/** A point that the path through a box goes through, and whether each side of it is worth an exact search. */
export interface Split extends Point {
  readonly isFirstExact: boolean
  readonly isSecondExact: boolean
}

/** Rounds from which a long run of equal lines is taken for the way. */
const MIN_ROUNDS_FOR_RUNS = 256

/** How much further than the number of rounds such a way has to lead. */
const MIN_PROGRESS = 4

/** Rounds after which a search ends where it came furthest, at least. */
const MIN_MAX_ROUNDS = 256

/** How often the clock is read, in rounds. */
const ROUNDS_PER_CHECK = 16

/** The searches ended because there are more changed lines than wanted. */
export class TooManyEdits extends Error {}

/**
 * Finds points on the shortest path through a box (Myers 1986, section 4b): one search from each end, a round at a time,
 * until they meet. As in git, searches that take long end early, so that the time is nearly linear for any texts.
 */
export class SplitFinder {
  readonly #forward: ForwardFrontier
  readonly #backward: BackwardFrontier
  readonly #maxRounds: number
  readonly #deadline: number

  constructor(old: Int32Array, changed: Int32Array, deadline: number) {
    this.#forward = new ForwardFrontier(old, changed)
    this.#backward = new BackwardFrontier(old, changed)
    this.#maxRounds = Math.max(MIN_MAX_ROUNDS, roughRoot(old.length + changed.length + 3))
    this.#deadline = deadline
  }

  /** The point of a box that has lines of both texts. Throws TooManyEdits and DeadlineExceeded. */
  find(box: Box, maxEdits = Number.POSITIVE_INFINITY): Split {
    const [forward, backward] = [this.#forward, this.#backward]
    forward.begin(box)
    backward.begin(box)
    for (let round = 1; ; round++) {
      if (2 * round - 1 > maxEdits) throw new TooManyEdits()
      if (round % ROUNDS_PER_CHECK === 1 && Date.now() >= this.#deadline) throw new DeadlineExceeded()
      const met = forward.advance(backward) ?? backward.advance(forward)
      if (met) return { ...met, isFirstExact: true, isSecondExact: true }
      const early = box.isExact ? undefined : this.#endEarly(round)
      if (early) return early
    }
  }

  #endEarly(round: number): Split | undefined {
    const [forward, backward] = [this.#forward, this.#backward]
    if (round > MIN_ROUNDS_FOR_RUNS && (forward.hasRun || backward.hasRun)) {
      const most = MIN_PROGRESS * round
      const [first, last] = [forward.bestRun(most), backward.bestRun(most)]
      if (first) return after(first)
      if (last) return before(last)
    }
    if (round < this.#maxRounds) return undefined
    const [first, last] = [forward.furthest(), backward.furthest()]
    return forward.progress(first) > backward.progress(last) ? after(first) : before(last)
  }
}

/** The way to a point of the forward search is known to be short; that from there on is not. */
function after(point: Point): Split {
  return { ...point, isFirstExact: true, isSecondExact: false }
}

function before(point: Point): Split {
  return { ...point, isFirstExact: false, isSecondExact: true }
}
