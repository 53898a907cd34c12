import { expect, it } from 'vitest'
import { recheckRequest } from '../../src/mail/recheck-request.js'
import { expectLinear } from '../support/linear.js'

it.each([
  ['Nothing to see.\n', undefined],
  ['Recheck-request: build', ['build']],
  ['Please.\n\nrecheck-REQUEST:  build , lint,build\n', ['build', 'lint']],
  ['Recheck-request: build,\nlint\nThanks', ['build', 'lint']],
  ['Recheck-request: build,\r\n', ['build']],
  ['Recheck-request: build\nRecheck-request: lint', ['build', 'lint']],
  ['Recheck-request:\n', []],
  ['Recheck-request: rebase=main, iol-testing', ['iol-testing']],
  ['Recheck-request: it again, please!', undefined],
  ['> Recheck-request: build\n', undefined],
  ['Recheck-request: build,\n> lint\n', ['build']],
  ['  Recheck-request: build\n', undefined],
  ['I wrote Recheck-request: build\n', undefined],
  ['```\nRecheck-request: build\n```\n', undefined],
  [`Recheck-request: ${'x'.repeat(256)}`, undefined],
  [`Recheck-request: ${'a,'.repeat(100)}`, ['a']],
])('%j requests %j', (content, contexts) => {
  expect(recheckRequest(content)).toEqual(contexts)
})

it('is read in linear time, and names at most 50 contexts', async () => {
  const many = Array.from({ length: 100_000 }, (_, index) => `c${index}`)
  expect(recheckRequest(`Recheck-request: ${many.join(',')}`)).toHaveLength(50)
  await expectLinear((size) => recheckRequest('Recheck-request: x,\n'.repeat(size)), { size: 10_000 })
  await expectLinear((size) => recheckRequest(`Recheck-request: ${',\n'.repeat(size)}`), { size: 50_000 })
})
