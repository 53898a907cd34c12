import { expect, it } from 'vitest'
import { shownPages } from '../../../src/web/ui/pagination.js'

it.each([
  [1, 1, '1'],
  [1, 4, '1 2 3 4'],
  [1, 9, '1 2 3 … 9'],
  [5, 9, '1 2 3 4 5 6 7 8 9'],
  [50, 100, '1 … 48 49 50 51 52 … 100'],
  [100, 100, '1 … 98 99 100'],
])('of page %d of %d names %s', (page, pages, shown) => {
  expect(
    shownPages(page, pages)
      .map((each) => each ?? '…')
      .join(' '),
  ).toBe(shown)
})
