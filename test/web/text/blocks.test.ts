import { describe, expect, it } from 'vitest'
import { splitQuotes, takeText } from '../../../src/web/text/blocks.js'

const quote = (count: number) => Array.from({ length: count }, (_, index) => `> ${index + 1}`)

describe('splitQuotes', () => {
  it('tells what is said from what is quoted', () => {
    expect(splitQuotes('Hi,\n> a\n>> b\nyes')).toEqual([
      { isQuote: false, folded: [], lines: ['Hi,'] },
      { isQuote: true, folded: [], lines: ['> a', '>> b'] },
      { isQuote: false, folded: [], lines: ['yes'] },
    ])
  })

  it('shows of a long quote its end, which is what the words below answer', () => {
    expect(splitQuotes([...quote(20), 'no'].join('\n'))[0]).toEqual({
      isQuote: true,
      folded: quote(16),
      lines: quote(20).slice(16),
    })
  })

  it('folds a quote that nobody answers whole', () => {
    expect(splitQuotes(`no\n${quote(20).join('\n')}\n\n`)[1]).toMatchObject({ folded: quote(20), lines: [] })
  })

  it('is linear in whatever it is given: else this would take minutes', () => {
    for (const run of ['>\n', '>\n\n', '\n', '> a\nb\n', '>']) splitQuotes(run.repeat(1_000_000 / run.length))
  })
})

describe('takeText', () => {
  it('takes whole lines while there is room', () => {
    const room = { lines: 25, characters: 10_000 }
    expect(takeText('a\n'.repeat(24), room)).toEqual({ shown: 'a\n'.repeat(24), isCut: false })
    expect(room).toEqual({ lines: 1, characters: 9952 })
  })

  it('shows a little of each text when there is none left', () => {
    const room = { lines: 0, characters: 0 }
    expect(takeText('a\n'.repeat(30), room)).toEqual({ shown: 'a\n'.repeat(20), isCut: true })
    expect(takeText('a'.repeat(9000), room)).toEqual({ shown: 'a'.repeat(2000), isCut: true })
    expect(takeText('ab', room)).toEqual({ shown: 'ab', isCut: false })
  })
})
