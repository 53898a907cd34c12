import { describe, expect, it } from 'vitest'
import { decodeHeader, headerFields, readHeaders } from '../../src/mail/headers.js'
import { LIMITS } from '../../src/mail/limits.js'

function read(text: string | Buffer): { text: string; body: string; problems: string[] } {
  const bytes = Buffer.from(text as string)
  const problems: string[] = []
  const { headers, bodyStart } = readHeaders(bytes, 0, bytes.length, problems)
  return { text: headers.text, body: bytes.toString('utf8', bodyStart), problems }
}

describe('readHeaders', () => {
  it('keeps folds, order and duplicates', () => {
    const head = 'A: 1\nB: two\n\tthree\na: 4\nEmpty:'
    expect(read(`${head}\n\nbody`)).toEqual({ text: head, body: 'body', problems: [] })
  })

  it('reads both forms of line ends', () => {
    expect(read('A: 1\r\n 2\r\nB: 3\r\n\r\nx\r\n')).toMatchObject({ text: 'A: 1\n 2\nB: 3', body: 'x\r\n' })
  })

  it.each([
    ['a fold before the first', ' lost\nA: 1', 'A: 1'],
    ['the line of an mbox', 'From someone\nA: 1', 'A: 1'],
    ['a name with a blank, and its folds', 'Two words: x\n y\nA: 1', 'A: 1'],
    ['no name', ': x\nA: 1', 'A: 1'],
    ['a name that is not ASCII', 'Ä: x\nA: 1', 'A: 1'],
  ])('skips %s', (_, head, expected) => {
    expect(read(`${head}\n\nbody`)).toMatchObject({ text: expected, body: 'body' })
  })

  it('ends at a line that is no header at all, which begins the body', () => {
    expect(read('A: 1\nHello there\nB: 2\n')).toMatchObject({ text: 'A: 1', body: 'Hello there\nB: 2\n' })
  })

  it('needs no body and no end of line', () => {
    expect(read('A: 1')).toMatchObject({ text: 'A: 1', body: '' })
    expect(read('')).toMatchObject({ text: '', body: '' })
  })

  it('reads raw bytes line by line: UTF-8, else one character each', () => {
    const bytes = Buffer.concat([Buffer.from('A: ä\nB: '), Buffer.from([0xe4]), Buffer.from('\n\n')])
    expect(read(bytes).text).toBe('A: ä\nB: ä')
  })

  it('reads adjacent lines as one by one', () => {
    const lines = ['A: 1', 'B: \xc3\xb6', ' \xf6', 'C: 2\r', 'D: 3']
    const head = Buffer.from(`${lines.join('\n')}\n\nx`, 'latin1')
    expect(read(head).text).toBe('A: 1\nB: ö\n ö\nC: 2\nD: 3')
  })

  it('lets neither NUL nor a lone carriage return through', () => {
    expect(read('A: a\0b\rEvil: x\n\n').text).toBe('A: ab Evil: x')
  })

  it('cuts a section beyond the limits, says so, and finds the body behind it', () => {
    const long = read(`A: 1\nB: ${'é'.repeat(LIMITS.headerBytes)}\n\nbody`)
    expect(Buffer.byteLength(long.text)).toBe(LIMITS.headerBytes)
    expect(long.text.endsWith('é')).toBe(true)
    expect(long.body).toBe('body')
    expect(long.problems).toHaveLength(1)
    const many = read(`${'A: 1\n'.repeat(LIMITS.headers + 10)}\nbody`)
    expect(headerFields(many.text)).toHaveLength(LIMITS.headers)
    expect(many.body).toBe('body')
    expect(many.problems).toHaveLength(1)
  })
})

describe('headerFields', () => {
  it('gives names as they were written and values with their folds', () => {
    expect(headerFields('A: 1\n 2\na:3\nB:\n x\nC: a: b')).toEqual([
      ['A', '1\n 2'],
      ['a', '3'],
      ['B', '\n x'],
      ['C', 'a: b'],
    ])
  })

  it('passes over lines without a name', () => {
    expect(headerFields('no colon\n: no name\nA: 1')).toEqual([['A', '1']])
    expect(headerFields('')).toEqual([])
  })
})

describe('decodeHeader', () => {
  it.each([
    ['  two\n\t words  ', 'two words'],
    ['=?utf-8?Q?J=C3=B6_x?=', 'Jö x'],
    ['=?UTF-8?b?SsO2?=', 'Jö'],
    ['=?iso-8859-1?q?J=F6?=', 'Jö'],
    ['=?utf-8*de?q?J=C3=B6?=', 'Jö'],
    ['=?utf-8?q?a?= =?utf-8?q?b?=\n =?utf-8?q?c?= d', 'abc d'],
    ['=?utf-8?q?=C3?= =?utf-8?q?=B6?=', 'ö'],
    ['a=?utf-8?q?b?=c', 'abc'],
    ['=?utf-8?q?a?=(=?utf-8?q?b?=)', 'a(b)'],
    ['=?nonsense?q?=F6?=', 'ö'],
    ['=?utf-8?q?line=0Abreak=00?=', 'line break\ufffd'],
    ['=?utf-8?x?a?=', '=?utf-8?x?a?='],
    ['=?utf-8?q?open', '=?utf-8?q?open'],
    ['=?', '=?'],
    ['\ufeffx', '\ufeffx'],
  ])('%j', (value, expected) => expect(decodeHeader(value)).toBe(expected))

  it('cuts no character in two', () => {
    const text = decodeHeader(`${'a'.repeat(LIMITS.headerValue - 1)}🏮🏮`)
    expect(text.isWellFormed()).toBe(true)
  })
})
