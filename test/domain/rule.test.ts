import { expect, it } from 'vitest'
import { line, problemsIn, requireRules } from '../../src/domain/rule.js'
import { Invalid } from '../../src/util/errors.js'

const RULES = { name: line({ isRequired: true }), list_id: line({ max: 3 }) }

it('names all that is wrong', () => {
  expect(problemsIn(RULES, { name: ' ', list_id: 'abcd', other: '\n', flag: true })).toEqual({
    name: 'This must not be empty.',
    list_id: 'This is longer than 3 characters.',
  })
})

it('throws one sentence with all problems by field', () => {
  const fields = {
    list_id: ['This is longer than 3 characters.'],
    name: ['This has characters that cannot be seen.'],
  }
  expect(() => requireRules(RULES, { list_id: 'abcd', name: 'a\u2028b' })).toThrow(
    new Invalid('List id: This is longer than 3 characters.', fields),
  )
})

it('leaves alone what is as it was before', () => {
  expect(() => requireRules(RULES, { list_id: 'abcd' }, { list_id: 'abcd' })).not.toThrow()
  expect(() => requireRules(RULES, { list_id: 'abcde' }, { list_id: 'abcd' })).toThrow(Invalid)
})
