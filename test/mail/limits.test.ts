import { expect, it } from 'vitest'
import { addProblem, LIMITS, truncateName } from '../../src/mail/limits.js'

it('keeps 255 characters where nothing is said', () => {
  expect(truncateName('é'.repeat(300))).toBe('é'.repeat(LIMITS.name))
})

it('names each problem once', () => {
  const problems: string[] = []
  for (const problem of ['a', 'b', 'a']) addProblem(problems, problem)
  expect(problems).toEqual(['a', 'b'])
})
