/** The assignment problem, solved by the Hungarian method with potentials (Kuhn and Munkres) in O(n³). */

/**
 * Assigns each row of a square matrix to a column of its own so that the sum of costs is minimal.
 *
 * @param size number of rows and of columns
 * @param costs finite numbers, row by row
 *
 * Returns the column of each row.
 */
export function assign(size: number, costs: ArrayLike<number>): number[] {
  const search = new Search(size, costs)
  for (let row = 0; row < size; row++) search.addRow(row)
  return search.columns
}

const NONE = -1

/** Adds rows one by one; each addition changes earlier ones along a path of minimal reduced costs. */
class Search {
  /** The column of each row that was added. */
  readonly columns: number[]
  readonly #size: number
  readonly #costs: ArrayLike<number>
  readonly #rowOf: Int32Array
  readonly #rowPotential: Float64Array
  readonly #columnPotential: Float64Array
  /** Per column: the shortest distance from the added row, the column before it, and whether it is final. */
  readonly #distance: Float64Array
  readonly #before: Int32Array
  readonly #isFinal: Uint8Array

  constructor(size: number, costs: ArrayLike<number>) {
    this.columns = Array.from({ length: size }, () => NONE)
    this.#size = size
    this.#costs = costs
    this.#rowOf = new Int32Array(size).fill(NONE)
    this.#rowPotential = new Float64Array(size)
    this.#columnPotential = new Float64Array(size)
    this.#distance = new Float64Array(size)
    this.#before = new Int32Array(size)
    this.#isFinal = new Uint8Array(size)
  }

  addRow(start: number): void {
    this.#distance.fill(Number.POSITIVE_INFINITY)
    this.#before.fill(NONE)
    this.#isFinal.fill(0)
    let row = start
    let column = NONE
    let reached = 0
    do {
      this.#relax(row, column, reached)
      column = this.#nearest()
      reached = this.#distance[column] as number
      this.#isFinal[column] = 1
      row = this.#rowOf[column] as number
    } while (row !== NONE)
    this.#updatePotentials(start, reached)
    this.#augment(start, column)
  }

  /** Shortens distances by way of a row whose own column was reached at `reached`. */
  #relax(row: number, column: number, reached: number): void {
    const offset = row * this.#size
    const base = reached - (this.#rowPotential[row] as number)
    for (let other = 0; other < this.#size; other++) {
      if (this.#isFinal[other]) continue
      const distance =
        base + (this.#costs[offset + other] as number) - (this.#columnPotential[other] as number)
      if (distance >= (this.#distance[other] as number)) continue
      this.#distance[other] = distance
      this.#before[other] = column
    }
  }

  #nearest(): number {
    let nearest = NONE
    for (let column = 0; column < this.#size; column++) {
      if (this.#isFinal[column]) continue
      if (nearest === NONE || (this.#distance[column] as number) < (this.#distance[nearest] as number))
        nearest = column
    }
    return nearest
  }

  /** Keeps all reduced costs at 0 or more, and those of assigned pairs at 0. */
  #updatePotentials(start: number, reached: number): void {
    this.#rowPotential[start] = (this.#rowPotential[start] as number) + reached
    for (let column = 0; column < this.#size; column++) {
      const row = this.#rowOf[column] as number
      if (!this.#isFinal[column] || row === NONE) continue
      const change = reached - (this.#distance[column] as number)
      this.#rowPotential[row] = (this.#rowPotential[row] as number) + change
      this.#columnPotential[column] = (this.#columnPotential[column] as number) - change
    }
  }

  /** Moves the assigned rows along the path that ends in a free column. */
  #augment(start: number, free: number): void {
    for (let column = free; column !== NONE; ) {
      const previous = this.#before[column] as number
      const row = previous === NONE ? start : (this.#rowOf[previous] as number)
      this.#rowOf[column] = row
      this.columns[row] = column
      column = previous
    }
  }
}
