import { expect, it } from 'vitest'
import { missingNumbers } from '../../../src/web/text/missing.js'

it.each([
  [[1, 2, 3], 3, undefined],
  [[1, 3], 3, '2'],
  [[3], 3, '1, 2'],
  [[1, 2], 6, '3–6'],
  [[], 1, '1'],
  [[2, 2, 5], 4, '1, 3, 4'],
  [[2, 4, 6, 8, 10], 10, '1, 3, 5, 7, …'],
  [[1], 999_999_999, '2–999999999'],
  [[1, 2], 1, undefined],
])('names the numbers that %j leave of 1 to %i', (numbers, total, expected) => {
  expect(missingNumbers(numbers, total)).toBe(expected)
})
