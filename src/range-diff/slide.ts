/**
 * Many diffs are equally short: a group of added or deleted lines whose first line equals the line after it can move
 * down by one. git moves each group up and down as far as possible, which joins groups, then to where the other text
 * has changes too, and else to where it reads best or leaves it at the end. These functions do the same.
 */

import { isAsGood, type SplitScore, scoreGroup } from './split-score.js'

/** One of two compared texts; `changed` is 1 for each changed line. */
export interface Side {
  readonly ids: readonly number[]
  readonly changed: Uint8Array
  /** The lines themselves, where groups are to be read. */
  readonly lines?: readonly string[] | undefined
}

/** How many places of a group are compared. */
const MAX_PLACES = 100

/** Slides the groups of both texts; each in turn, as git does. */
export function slideChanges(old: Side, changed: Side): void {
  slideSide(old, changed)
  slideSide(changed, old)
}

function slideSide(side: Side, other: Side): void {
  const group = new Group(side)
  const opposite = new Group(other)
  for (;;) {
    if (!group.isEmpty) slideGroup(group, opposite, side.lines)
    if (!group.next()) return
    opposite.next()
  }
}

/** Moves one group to its best place; `opposite` is the group of the other text at the same place. */
function slideGroup(group: Group, opposite: Group, lines: readonly string[] | undefined): void {
  let size: number
  let top: number
  let aligned: number | undefined
  do {
    size = group.size
    aligned = undefined
    while (group.slideUp()) opposite.previous()
    top = group.end
    if (!opposite.isEmpty) aligned = group.end
    while (group.slideDown()) {
      opposite.next()
      if (!opposite.isEmpty) aligned = group.end
    }
  } while (group.size !== size)
  if (group.end === top) return
  if (aligned !== undefined) {
    while (opposite.isEmpty && group.slideUp()) opposite.previous()
    return
  }
  const best = lines ? bestEnd(group, top, lines) : group.end
  while (group.end > best && group.slideUp()) opposite.previous()
}

/** The end at which a group reads best, of those from `top` on; of several the last. */
function bestEnd({ end, size }: Group, top: number, lines: readonly string[]): number {
  let best = end
  let bestScore: SplitScore | undefined
  for (let at = Math.max(top, end - size - 1, end - MAX_PLACES); at <= end; at++) {
    const score = scoreGroup(lines, at - size, at)
    if (bestScore && !isAsGood(score, bestScore)) continue
    best = at
    bestScore = score
  }
  return best
}

/** The changed lines between two unchanged ones; empty where two unchanged lines follow each other. */
class Group {
  readonly #ids: readonly number[]
  readonly #changed: Uint8Array
  #start = 0
  #end: number

  constructor({ ids, changed }: Side) {
    this.#ids = ids
    this.#changed = changed
    this.#end = this.#endFrom(0)
  }

  get end(): number {
    return this.#end
  }

  get size(): number {
    return this.#end - this.#start
  }

  get isEmpty(): boolean {
    return this.#start === this.#end
  }

  #endFrom(at: number): number {
    let end = at
    while (this.#changed[end] === 1) end++
    return end
  }

  #startFrom(at: number): number {
    let start = at
    while (start > 0 && this.#changed[start - 1] === 1) start--
    return start
  }

  /** Moves on to the next group; false at the end of the text. */
  next(): boolean {
    if (this.#end === this.#ids.length) return false
    this.#start = this.#end + 1
    this.#end = this.#endFrom(this.#start)
    return true
  }

  previous(): boolean {
    if (this.#start === 0) return false
    this.#end = this.#start - 1
    this.#start = this.#startFrom(this.#end)
    return true
  }

  /** Moves the group down by a line if that leaves the texts as they are; joins a group that it meets. */
  slideDown(): boolean {
    if (this.#end >= this.#ids.length || this.#ids[this.#start] !== this.#ids[this.#end]) return false
    this.#changed[this.#start++] = 0
    this.#changed[this.#end] = 1
    this.#end = this.#endFrom(this.#end + 1)
    return true
  }

  slideUp(): boolean {
    if (this.#start === 0 || this.#ids[this.#start - 1] !== this.#ids[this.#end - 1]) return false
    this.#changed[--this.#start] = 1
    this.#changed[--this.#end] = 0
    this.#start = this.#startFrom(this.#start)
    return true
  }
}
