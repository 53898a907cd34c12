import { expect, it } from 'vitest'
import { ageOf } from '../../../src/web/text/age.js'

it.each([
  ['2026-11-23T00:00:01', 'today'],
  ['2026-11-22T23:59:59', '1 d'],
  ['2026-08-16T12:00:00', '99 d'],
  ['2026-08-15T12:00:00', '3 mo'],
  ['2025-11-23T12:00:00', '11 mo'],
  ['2023-11-22T12:00:00', '3 y'],
  ['1970-01-01T00:00:00', '56 y'],
  ['2027-01-01T00:00:00', 'today'],
  ['', 'today'],
])('says how long before 2026-11-23 %s was', (date, age) => {
  expect(ageOf(date, '2026-11-23')).toBe(age)
})
