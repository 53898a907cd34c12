import { expect, it } from 'vitest'
import { addProblem, LIMITS, truncate } from '../../src/mail/limits.js'

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

it('keeps 255 characters where nothing is said', () => {
  expect(truncate('é'.repeat(300))).toBe('é'.repeat(LIMITS.name))
})

it('names each problem once', () => {
  const problems: string[] = []
  for (const problem of ['a', 'b', 'a']) addProblem(problems, problem)
  expect(problems).toEqual(['a', 'b'])
})
