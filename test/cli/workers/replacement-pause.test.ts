import { expect, it } from 'vitest'
import { ReplacementPause } from '../../../src/cli/workers/replacement-pause.js'

const LONG = 3_600_000

it('a worker that dies after a long life is replaced at once, each time', () => {
  const pause = new ReplacementPause()
  expect([LONG, LONG, LONG].map((lifetime) => pause.after(lifetime))).toEqual([0, 0, 0])
})

it('workers that die at once are replaced after growing pauses, up to a limit, until one lives', () => {
  const pause = new ReplacementPause()
  const pauses = Array.from({ length: 12 }, () => pause.after(50))
  expect(pauses).toEqual([0, 100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000])
  expect(pause.after(LONG)).toBe(0)
  expect([pause.after(50), pause.after(50)]).toEqual([0, 100])
})
