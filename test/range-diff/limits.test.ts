import { describe, expect, it } from 'vitest'
import { type Comparison, compareSeries } from '../../src/range-diff/compare.js'
import { formatRangeDiff } from '../../src/range-diff/format.js'

const patch = (name: string, lines: readonly string[]) => ({
  name,
  headers: `From: Mira <mira@x.org>\nSubject: [PATCH] ${name}\n`,
  text: 'Why.\n',
  diff: `--- a/${name}\n+++ b/${name}\n@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join('')}`,
})

const body = (word: string) =>
  Array.from({ length: 20 }, (_, at) => (at % 7 === 3 ? `${word} ${at}` : `line ${at}`))

const comparison = (maxHunkBytes: number): Comparison => ({
  left: ['one', 'two'].map((name) => patch(name, body('old'))),
  right: ['one', 'two'].map((name) => patch(name, body('new'))),
  creationFactor: 999,
  maxHunkBytes,
})

const compare = (maxHunkBytes: number) => {
  const compared = compareSeries(comparison(maxHunkBytes), 60_000)
  if (!compared) throw new Error('there is time enough')
  return compared
}

describe('the changes of a comparison', () => {
  const whole = formatRangeDiff(compare(1e9))

  it('have a limit of bytes: those that exceed it are left out, and the text says so', () => {
    const compared = compare(whole.length / 2)
    expect(compared).toMatchObject({ isCut: true, truncated: false })
    expect(compared.pairs.map(({ status, hunks }) => [status, hunks !== undefined])).toEqual([
      ['!', true],
      ['!', false],
    ])
    const text = formatRangeDiff(compared)
    const rest =
      '2:  ------- ! 2:  ------- two\n(truncated: some changes are left out, because the text exceeds its limit)\n'
    expect(text.endsWith(rest)).toBe(true)
    expect(whole.startsWith(text.slice(0, -rest.length))).toBe(true)
  })

  it('are not there if none are wanted', () => {
    const compared = compare(0)
    expect(compared.isCut).toBe(false)
    expect(compared.pairs.every(({ hunks }) => hunks === undefined)).toBe(true)
  })

  it.each([0, 1, 40, 300])('are written up to %i bytes', (maxBytes) => {
    const text = formatRangeDiff(compare(1e9), maxBytes)
    const note = '(truncated: some changes are left out, because the text exceeds its limit)\n'
    expect(text.endsWith(note)).toBe(true)
    expect(text.length).toBeLessThanOrEqual(maxBytes + note.length)
    expect(whole.startsWith(text.slice(0, -note.length))).toBe(true)
  })
})
