import { expect } from 'vitest'
import { threadWork } from './work.js'

/** The clock of a thread may tick in steps of 4 ms: less than this many microseconds is not told apart. */
const TICK = 5000

/** How often work is measured before it counts as more than linear. */
const ATTEMPTS = 20

/**
 * Expects that work grows with its size, and not with the square of it: for `times` the size, it may take as much more as
 * lies between the two. Both sizes are measured in turns until that is so, and the least of each counts: other programs,
 * the collection of garbage and compilation make a measurement larger, never smaller, and a machine that is slow all the
 * time is so for both.
 */
export async function expectLinear(
  run: (size: number) => unknown,
  { size, times = 8 }: { size: number; times?: number },
): Promise<void> {
  const most = times ** 1.5
  let [small, large] = [Infinity, Infinity]
  const growth = () => large / Math.max(small, TICK)
  await run(size)
  for (let attempt = 0; attempt < ATTEMPTS && !(growth() < most); attempt++) {
    small = Math.min(small, await threadWork(() => run(size)))
    large = Math.min(large, await threadWork(() => run(size * times)))
  }
  expect(growth(), `${large} µs for ${times} times what takes ${small} µs`).toBeLessThan(most)
}
