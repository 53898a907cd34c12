import { expect, it } from 'vitest'
import { matchesGlob } from '../../src/ingest/glob.js'

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
  ['lamp.c', 'drivers/lamp.c'],
])('%s does not match %j', (pattern, name) => expect(matchesGlob(pattern, name)).toBe(false))

it('knows its patterns still after more than it keeps', () => {
  for (let number = 0; number < 1500; number++) expect(matchesGlob(`${number}*`, `${number}.c`)).toBe(true)
  expect(matchesGlob('0*', '1.c')).toBe(false)
})
