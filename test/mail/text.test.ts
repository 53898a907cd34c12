import { expect, it } from 'vitest'
import { linesOf, strip, stripEnd } from '../../src/mail/text.js'

it.each([
  [' a ', 'a'],
  ['\u00a0\u2003a\u3000', 'a'],
  ['\x1c\x85a\x1f', 'a'],
  ['\ufeffa\ufeff', '\ufeffa\ufeff'],
  [' \n\t', ''],
  ['', ''],
  ['a b', 'a b'],
])('strips %j', (text, stripped) => expect(strip(text)).toBe(stripped))

it('strips the end alone', () => expect(stripEnd(' a \n\n')).toBe(' a'))

it.each([
  ['', ['']],
  ['\n', ['', '']],
  ['a\n\nb', ['a', '', 'b']],
  ['a\r\nb\u2028c\n', ['a\r', 'b\u2028c', '']],
])('finds the lines of %j', (text, lines) => expect([...linesOf(text)]).toEqual(lines))
