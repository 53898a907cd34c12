import { expect, it } from 'vitest'
import { mondays, toWeeks } from '../../../src/web/projects/weeks.js'

it('begins weeks on Mondays, over the ends of months and years', () => {
  expect(mondays('2026-01-04T23:00:00', 2)).toEqual(['2025-12-22', '2025-12-29'])
  expect(mondays('2026-01-05T00:00:00', 2)).toEqual(['2025-12-29', '2026-01-05'])
})

it('gathers days, and leaves out what came before', () => {
  const days = [
    { day: '2025-12-21', count: 9 },
    { day: '2025-12-28', count: 1 },
    { day: '2025-12-29', count: 2 },
    { day: '2026-01-04', count: 3 },
  ]
  expect(toWeeks(['2025-12-22', '2025-12-29'], days, [])).toEqual([
    { start: '2025-12-22', received: 1, handled: 0 },
    { start: '2025-12-29', received: 5, handled: 0 },
  ])
})
