import { expect, it } from 'vitest'
import { timeWindow } from '../../src/ingest/time-window.js'

it.each([
  ['2026-10-05T12:00:00', '2026-10-05T11:40:00', '2026-10-05T12:20:00'],
  ['2026-12-31T23:59:59.123456', '2026-12-31T23:39:59', '2027-01-01T00:19:59'],
  ['1970-01-01T00:00:00', '1969-12-31T23:40:00', '1970-01-01T00:20:00'],
])('is twenty minutes before and after %s', (date, from, to) => {
  expect(timeWindow(date)).toEqual({ from, to })
})
