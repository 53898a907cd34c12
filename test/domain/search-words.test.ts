import { expect, it } from 'vitest'
import { searchWords } from '../../src/domain/search-words.js'

it('looks for each word, of twenty at most', () => {
  expect(searchWords(' a, b ')).toEqual(['a,', 'b'])
  expect(searchWords(' a, b ', /[\s,]+/)).toEqual(['a', 'b'])
  expect(searchWords('')).toEqual([])
  expect(searchWords('a '.repeat(100))).toHaveLength(20)
})
