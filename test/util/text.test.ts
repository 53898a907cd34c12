import { expect, it } from 'vitest'
import { abridge, hasNullCharacter, truncate } from '../../src/util/text.js'

it.each([
  ['', 3, ''],
  ['abc', 3, 'abc'],
  ['abcd', 3, 'abc'],
  ['🏮🏮🏮🏮', 3, '🏮🏮🏮'],
  ['🏮a', 2, '🏮a'],
  ['abc', 0, ''],
  // Half a character counts for one, and stays half.
  ['\ud83cabc', 2, '\ud83ca'],
])('keeps of %j %d characters', (text, length, kept) => expect(truncate(text, length)).toBe(kept))

it('says where something was left out', () => {
  expect(abridge('abc', 3)).toBe('abc')
  expect(abridge('🏮🏮🏮', 3)).toBe('🏮🏮🏮')
  expect(abridge('🏮🏮🏮a', 3)).toBe('🏮🏮🏮…')
})

it('knows a null character', () => {
  expect(hasNullCharacter('a\0b')).toBe(true)
  expect(hasNullCharacter('a0%00')).toBe(false)
})
