import { describe, expect, it } from 'vitest'
import { assign } from '../../src/range-diff/assignment.js'
import { seededRandom } from '../support/schema-values.js'

function costOf(size: number, costs: readonly number[], columns: readonly number[]): number {
  return columns.reduce((sum, column, row) => sum + (costs[row * size + column] as number), 0)
}

/** The minimal cost of all permutations. */
function minCost(size: number, costs: readonly number[], row = 0, taken = 0): number {
  if (row === size) return 0
  let best = Number.POSITIVE_INFINITY
  for (let column = 0; column < size; column++) {
    if (taken & (1 << column)) continue
    const cost = costs[row * size + column] as number
    best = Math.min(best, cost + minCost(size, costs, row + 1, taken | (1 << column)))
  }
  return best
}

describe('assign', () => {
  it('assigns nothing where there is nothing', () => {
    expect(assign(0, [])).toEqual([])
  })

  it.each([1, 2, 3, 4, 5, 6, 7])('costs as little as the best of all permutations of %i', (size) => {
    const random = seededRandom(size)
    for (let round = 0; round < 200; round++) {
      // Small numbers, so that many permutations cost the same; now and then costs that are never to be chosen.
      const most = [3, 20, 1000][round % 3] as number
      const costs = Array.from({ length: size * size }, () =>
        random() < 0.1 ? 2 ** 40 : Math.floor(random() * most),
      )
      const columns = assign(size, costs)
      expect(columns.toSorted((a, b) => a - b)).toEqual([...Array(size).keys()])
      expect(costOf(size, costs, columns)).toBe(minCost(size, costs))
    }
  })

  it('is not changed by a number that all costs of a row or of a column have more', () => {
    const random = seededRandom(7)
    for (let round = 0; round < 50; round++) {
      const size = 2 + Math.floor(random() * 30)
      const costs = Array.from({ length: size * size }, () => Math.floor(random() * 100))
      const [row, column] = [Math.floor(random() * size), Math.floor(random() * size)]
      const shifted = costs.map((cost, at) => {
        const times = Number(Math.floor(at / size) === row) + Number(at % size === column)
        return cost + 17 * times
      })
      const best = costOf(size, costs, assign(size, costs))
      expect(costOf(size, costs, assign(size, shifted))).toBe(best)
    }
  })

  it('finds a permutation among 500 rows', () => {
    const size = 500
    const wanted = Array.from({ length: size }, (_, row) => (row * 7 + 3) % size)
    const costs = Float64Array.from({ length: size * size }, (_, at) =>
      wanted[Math.floor(at / size)] === at % size ? 1 : 2 + (at % 97),
    )
    expect(assign(size, costs)).toEqual(wanted)
  })
})
