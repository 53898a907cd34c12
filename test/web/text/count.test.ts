import { expect, it } from 'vitest'
import { countOfPatches } from '../../../src/web/text/count.js'

it('counts patches in words', () => {
  expect([0, 1, 2].map((count) => countOfPatches(count))).toEqual(['0 patches', '1 patch', '2 patches'])
  expect(countOfPatches(1234, '1,234+')).toBe('1,234+ patches')
})
