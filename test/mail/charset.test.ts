import { describe, expect, it } from 'vitest'
import { decodeText } from '../../src/mail/charset.js'

describe('decodeText', () => {
  it.each<[string, number[], string | undefined, string]>([
    ['latin-1, whose 0x80 to 0x9f are controls', [0x93, 0xe9], 'ISO-8859-1', '\u0093é'],
    ['windows-1252', [0x93, 0xe9], 'windows-1252', '“é'],
    ['iso-8859-2', [0xb1], 'iso-8859-2', 'ą'],
    ['koi8-r', [0xd0], ' KOI8-R ', 'п'],
    ['gb18030', [0xc4, 0xe3], 'gb18030', '你'],
    ['utf-16', [0x41, 0x00], 'utf-16le', 'A'],
    ['iso-2022-jp', [0x1b, 0x24, 0x42, 0x24, 0x22, 0x1b, 0x28, 0x42], 'iso-2022-jp', 'あ'],
    ['what is not ASCII after all', [0xc3, 0xa9], 'us-ascii', 'é'],
    ['what does not fit, as UTF-8', [0xc3, 0xa9], 'utf-16be\0', 'é'],
    ['half a character, as windows-1252', [0x41, 0xc3], 'utf-8', 'AÃ'],
    ['what windows-1252 leaves open', [0x81, 0xff], undefined, '\u0081ÿ'],
    ['no charset at all', [0xe2, 0x82, 0xac], undefined, '€'],
    ['a charset that nobody knows', [0xe9], 'x-klingon', 'é'],
    ['an empty name', [0xe9], '', 'é'],
    ['a name from the prototype', [0xe9], 'constructor', 'é'],
  ])('reads %s', (_, bytes, charset, expected) => {
    expect(decodeText(Buffer.from(bytes), charset)).toBe(expected)
  })

  it('keeps a byte-order mark', () => {
    expect(decodeText(Buffer.from('\ufeffä'), 'utf-8')).toBe('\ufeffä')
    expect(decodeText(Buffer.from('\ufeffä'), undefined)).toBe('\ufeffä')
  })

  it('makes NUL what a database takes', () => {
    expect(decodeText(Buffer.from('a\0b'), undefined)).toBe('a\ufffdb')
    expect(decodeText(Buffer.from('a\0ä'), 'latin1')).toBe('a\ufffdÃ¤')
  })

  it('knows its charsets still after many made-up names', () => {
    for (let count = 0; count < 500; count++) decodeText(Buffer.from([0xe9]), `x-made-up-${count}`)
    expect(decodeText(Buffer.from([0xe1]), 'iso-8859-13')).toBe('į')
  })

  it('is not disturbed by a text that ended within a character', () => {
    decodeText(Buffer.from([0xc4, 0xe3, 0x81]), 'gb18030')
    expect(decodeText(Buffer.from([0xc4, 0xe3]), 'gb18030')).toBe('你')
  })
})
