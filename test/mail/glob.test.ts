import { expect, it } from 'vitest'
import { isGlob, matchesGlob } from '../../src/mail/glob.js'
import { expectLinear } from '../support/linear.js'

it.each([
  ['drivers/*.c', 'drivers/net/lamp.c'],
  ['*', ''],
  ['*', 'a\nb'],
  ['l?mp.c', 'lämp.c'],
  ['[a-c]*', 'beacon'],
  ['[!a-c]*', 'lamp'],
  ['[]]', ']'],
  ['[!]]', 'a'],
  ['a[', 'a['],
  ['[a^]', '^'],
  ['a.c', 'a.c'],
  ['a+(b)', 'a+(b)'],
  ['[\\d]', '\\'],
  ['[!z-a]', 'x'],
  ['[[-\\]', '\\'],
  ['[[]', '['],
  ['[[:alpha:]]', 'a]'],
  ['[--0]', '.'],
  ['[a-c-e]', '-'],
  ['[z-ab]', 'b'],
  ['[z-a!b]', 'x'],
  ['[z-a!-b]', 'x'],
  ['[^a]', '^'],
  ['[&&~~||]', '|'],
  ['[é-ü]', 'ö'],
  ['[🏮-🏯]', '🏮'],
  ['?', '🏮'],
  ['***.c', '.c'],
  ['a]', 'a]'],
  ['[!]', '[!]'],
])('%s matches %j', (pattern, name) => expect(matchesGlob(pattern, name)).toBe(true))

it.each([
  ['drivers/*.c', 'drivers/lamp.h'],
  ['*.c', 'lamp.cc'],
  ['?', ''],
  ['?', 'ab'],
  ['a.c', 'abc'],
  ['[a-c]', 'B'],
  ['[!a-c]', 'b'],
  ['[!]]', ']'],
  ['[\\d]', '1'],
  ['[z-a]', 'm'],
  ['[\\-[]', '['],
  ['[\\-[]', '\\'],
  ['[a-c-e]', 'd'],
  ['[z-a!-b]', '-'],
  ['[^a]', 'b'],
  ['[!a-]', '-'],
  ['lamp.c', 'drivers/lamp.c'],
])('%s does not match %j', (pattern, name) => expect(matchesGlob(pattern, name)).toBe(false))

it('knows its patterns still after more than it keeps', () => {
  for (let number = 0; number < 1500; number++) expect(matchesGlob(`${number}*`, `${number}.c`)).toBe(true)
  expect(matchesGlob('0*', '1.c')).toBe(false)
})

it('compiles whatever somebody may enter', () => {
  const special = ['[', ']', '!', '-', '\\', '^', '*', '?', 'a', 'z', '(', '{', '|', '&', '\n', '🏮']
  let seed = 1
  const next = () => special[(seed = (seed * 48_271) % 2_147_483_647) % special.length] ?? ''
  for (let count = 0; count < 2000; count++) {
    const pattern = Array.from({ length: 12 }, next).join('')
    expect(isGlob(pattern), JSON.stringify(pattern)).toBe(true)
  }
})

it('takes linear time', async () => {
  const pattern = '*a'.repeat(100) + 'b'
  await expectLinear((size) => expect(matchesGlob(pattern, 'a'.repeat(size))).toBe(false), { size: 2000 })
})
