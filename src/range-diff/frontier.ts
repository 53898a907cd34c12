import type { Box, Point } from './box.js'

/** Equal lines in a row that make a way certain enough to end a long search. */
const RUN = 20

/**
 * How far a search through a box came, for each diagonal (index in the old text less that in the new one). Each round
 * allows one more changed line. Where several ways are equally short, these choose the ones that git chooses.
 */
export abstract class Frontier {
  protected readonly old: Int32Array
  protected readonly changed: Int32Array
  /** The index in the old text that is reached on each diagonal. */
  readonly #reached: Int32Array
  /** Where the diagonal 0 is in `#reached`. */
  readonly #zero: number
  /** What stands for a diagonal that is not reached. */
  readonly #unreached: number
  protected box: Box = { oldStart: 0, oldEnd: 0, newStart: 0, newEnd: 0, isExact: true }
  /** The diagonals of the box that the search is on, every second of them. */
  min = 0
  max = 0
  /** The diagonal where the search begins. */
  #start = 0
  /** Whether the last round passed many equal lines in a row. */
  hasRun = false

  protected constructor(old: Int32Array, changed: Int32Array, unreached: number) {
    this.old = old
    this.changed = changed
    this.#reached = new Int32Array(old.length + changed.length + 3)
    this.#zero = changed.length + 1
    this.#unreached = unreached
  }

  protected beginAt(box: Box, point: Point): void {
    this.box = box
    this.#start = this.min = this.max = point.old - point.new
    this.set(this.#start, point.old)
  }

  at(diagonal: number): number {
    return this.#reached[this.#zero + diagonal] as number
  }

  protected set(diagonal: number, index: number): void {
    this.#reached[this.#zero + diagonal] = index
  }

  /** Whether the search is on a diagonal in this round. */
  covers(diagonal: number): boolean {
    return this.min <= diagonal && diagonal <= this.max
  }

  /** Goes one diagonal further on both sides; at an edge of the box one less. */
  protected widen(): void {
    const { oldStart, oldEnd, newStart, newEnd } = this.box
    if (this.min > oldStart - newEnd) this.set(--this.min - 1, this.#unreached)
    else this.min++
    if (this.max < oldEnd - newStart) this.set(++this.max + 1, this.#unreached)
    else this.max--
    this.hasRun = false
  }

  protected noteRun(length: number): void {
    if (length > RUN) this.hasRun = true
  }

  /** Lines of both texts between the beginning of the search and a point. */
  abstract progress(point: Point): number

  /** The point within the box that is reached on a diagonal. */
  protected abstract inBox(diagonal: number): Point

  protected abstract endsRun(point: Point, length: number): boolean

  /** The furthest point at the end of a run of equal lines that is more than `least` lines further than by changes. */
  bestRun(least: number): Point | undefined {
    let best = 0
    let found: Point | undefined
    for (let diagonal = this.max; diagonal >= this.min; diagonal -= 2) {
      const old = this.at(diagonal)
      const point = { old, new: old - diagonal }
      const gain = this.progress(point) - Math.abs(diagonal - this.#start)
      if (gain <= least || gain <= best || !this.endsRun(point, RUN)) continue
      best = gain
      found = point
    }
    return found
  }

  /** The furthest point of all. */
  furthest(): Point {
    let found = this.inBox(this.max)
    for (let diagonal = this.max - 2; diagonal >= this.min; diagonal -= 2) {
      const point = this.inBox(diagonal)
      if (this.progress(point) > this.progress(found)) found = point
    }
    return found
  }
}

/** The search from the beginning of a box. */
export class ForwardFrontier extends Frontier {
  constructor(old: Int32Array, changed: Int32Array) {
    super(old, changed, -1)
  }

  begin(box: Box): void {
    this.beginAt(box, { old: box.oldStart, new: box.newStart })
  }

  /** Searches one round further; returns a point that `other` has reached too. */
  advance(other: Frontier): Point | undefined {
    const { oldEnd, newEnd, oldStart, newStart } = this.box
    const canMeet = (oldStart - newStart - (oldEnd - newEnd)) % 2 !== 0
    this.widen()
    for (let diagonal = this.max; diagonal >= this.min; diagonal -= 2) {
      const [lower, upper] = [this.at(diagonal - 1), this.at(diagonal + 1)]
      const from = lower >= upper ? lower + 1 : upper
      let to = from
      while (to < oldEnd && to - diagonal < newEnd && this.old[to] === this.changed[to - diagonal]) to++
      this.noteRun(to - from)
      this.set(diagonal, to)
      if (canMeet && other.covers(diagonal) && other.at(diagonal) <= to)
        return { old: to, new: to - diagonal }
    }
    return undefined
  }

  progress(point: Point): number {
    return point.old - this.box.oldStart + point.new - this.box.newStart
  }

  protected inBox(diagonal: number): Point {
    const { oldEnd, newEnd } = this.box
    const old = Math.min(this.at(diagonal), oldEnd, newEnd + diagonal)
    return { old, new: old - diagonal }
  }

  protected endsRun(point: Point, length: number): boolean {
    const { oldStart, oldEnd, newStart, newEnd } = this.box
    if (point.old < oldStart + length || point.old >= oldEnd) return false
    if (point.new < newStart + length || point.new >= newEnd) return false
    for (let back = 1; back <= length; back++)
      if (this.old[point.old - back] !== this.changed[point.new - back]) return false
    return true
  }
}

/** The search from the end of a box. */
export class BackwardFrontier extends Frontier {
  constructor(old: Int32Array, changed: Int32Array) {
    super(old, changed, 2 ** 31 - 1)
  }

  begin(box: Box): void {
    this.beginAt(box, { old: box.oldEnd, new: box.newEnd })
  }

  /** Searches one round further; returns a point that `other` has reached too. */
  advance(other: Frontier): Point | undefined {
    const { oldStart, newStart, oldEnd, newEnd } = this.box
    const canMeet = (oldStart - newStart - (oldEnd - newEnd)) % 2 === 0
    this.widen()
    for (let diagonal = this.max; diagonal >= this.min; diagonal -= 2) {
      const [lower, upper] = [this.at(diagonal - 1), this.at(diagonal + 1)]
      const from = lower < upper ? lower : upper - 1
      let to = from
      while (
        to > oldStart &&
        to - diagonal > newStart &&
        this.old[to - 1] === this.changed[to - diagonal - 1]
      )
        to--
      this.noteRun(from - to)
      this.set(diagonal, to)
      if (canMeet && other.covers(diagonal) && to <= other.at(diagonal))
        return { old: to, new: to - diagonal }
    }
    return undefined
  }

  progress(point: Point): number {
    return this.box.oldEnd - point.old + this.box.newEnd - point.new
  }

  protected inBox(diagonal: number): Point {
    const { oldStart, newStart } = this.box
    const old = Math.max(this.at(diagonal), oldStart, newStart + diagonal)
    return { old, new: old - diagonal }
  }

  protected endsRun(point: Point, length: number): boolean {
    const { oldStart, oldEnd, newStart, newEnd } = this.box
    if (point.old <= oldStart || point.old > oldEnd - length) return false
    if (point.new <= newStart || point.new > newEnd - length) return false
    for (let ahead = 0; ahead < length; ahead++)
      if (this.old[point.old + ahead] !== this.changed[point.new + ahead]) return false
    return true
  }
}
