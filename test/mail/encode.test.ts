import { describe, expect, it } from 'vitest'
import { encodeHeader, encodeWords, isAscii } from '../../src/mail/encode.js'
import { decodeHeader } from '../../src/mail/headers.js'

describe('encodeHeader', () => {
  it.each([
    'plain words',
    'Jörg',
    'Jörg Ümläut <j@x.org>',
    '"Jörg, der" <j@x.org>',
    'one 灯 two 台 three',
    '灯 台',
    '🏮'.repeat(100),
    '=?utf-8?b?YQ==?= é',
  ])('is read back as it was: %j', (value) => {
    const encoded = encodeHeader(value)
    expect(isAscii(encoded)).toBe(true)
    const plain = decodeHeader(value).replaceAll('"', '')
    expect(decodeHeader(encoded).replaceAll('"', '')).toBe(plain)
  })

  it.each([
    ['a\nBcc: x@y.z', 'a\n Bcc: x@y.z'],
    ['é\nBcc: x@y.z', '=?utf-8?b?w6k=?=\n Bcc: x@y.z'],
    ['a\n\n\nbody', 'a\n body'],
    ['a\n \t\nb', 'a\n b'],
    ['a\r\rb', 'a  b'],
    ['a\n  b', 'a\n  b'],
  ])('lets no value begin another header or the body: %j', (value, encoded) => {
    expect(encodeHeader(value)).toBe(encoded)
  })

  it('leaves addresses and message ids beside it as they are', () => {
    expect(encodeHeader('Jörg <j@x.org>')).toMatch(/^=\?utf-8\?b\?.+\?= <j@x\.org>$/)
  })
})

describe('encodeWords', () => {
  it('makes no word longer than mail allows, and cuts no character', () => {
    const words = encodeWords('🏮é'.repeat(50)).split(' ')
    for (const word of words) {
      expect(word.length).toBeLessThanOrEqual(75)
      expect(decodeHeader(word)).toMatch(/^(?:🏮é)*🏮?$/u)
    }
  })

  it('makes nothing of nothing', () => expect(encodeWords('')).toBe(''))
})

it.each([
  ['', true],
  ['\x7f', true],
  ['\x80', false],
  ['a🏮', false],
])('sees whether %j is ASCII', (text, is) => expect(isAscii(text)).toBe(is))
