import { describe, expect, it } from 'vitest'
import { hunksOf } from '../../src/range-diff/hunks.js'
import {
  countLines,
  DeadlineExceeded,
  diffLines,
  LineNumbers,
  minEdits,
} from '../../src/range-diff/line-diff.js'
import { pick, type Random, seededRandom } from '../support/schema-values.js'

function textOf(random: Random, kinds: string): string[] {
  return Array.from({ length: Math.floor(random() * 30) }, () => pick(random, kinds.split('')))
}

/** The length of the longest common subsequence. */
function common(one: readonly string[], other: readonly string[]): number {
  let row = Array.from({ length: other.length + 1 }, () => 0)
  for (const line of one) {
    const next = [0]
    for (const [at, against] of other.entries())
      next.push(
        line === against ? (row[at] as number) + 1 : Math.max(row[at + 1] as number, next[at] as number),
      )
    row = next
  }
  return row.at(-1) as number
}

const unchanged = (lines: readonly string[], changed: Uint8Array) =>
  lines.filter((_, at) => changed[at] === 0)
const sum = (changed: Uint8Array) => changed.reduce((total, one) => total + one, 0)

describe('diffLines', () => {
  it.each(['ab', 'abcde', 'abcdefghijklmnop'])('leaves the longest common text of %s', (kinds) => {
    const random = seededRandom(kinds.length)
    for (let round = 0; round < 300; round++) {
      const [old, changed] = [textOf(random, kinds), textOf(random, kinds)]
      const numbers = new LineNumbers()
      const ids = [numbers.idsOf(old), numbers.idsOf(changed)] as const
      const diff = diffLines(...ids)
      if (!diff) throw new Error('no limit was given')
      expect(unchanged(old, diff.old)).toEqual(unchanged(changed, diff.new))
      const edits = sum(diff.old) + sum(diff.new)
      expect(edits).toBe(old.length + changed.length - 2 * common(old, changed))
      expect(minEdits(countLines(ids[0]), countLines(ids[1]))).toBeLessThanOrEqual(edits)
      expect(diffLines(...ids, { maxEdits: edits })).toEqual(diff)
      if (edits > 0) expect(diffLines(...ids, { maxEdits: edits - 1 })).toBeUndefined()
    }
  })

  it('moves a group of lines down as far as possible, as git does', () => {
    const old = ['a', 'x', 'b']
    const changed = ['a', 'x', 'y', 'x', 'b']
    const numbers = new LineNumbers()
    const diff = diffLines(numbers.idsOf(old), numbers.idsOf(changed))
    expect([...(diff?.new ?? [])]).toEqual([0, 0, 1, 1, 0])
  })

  it('ends at its deadline', () => {
    const numbers = Array.from({ length: 20_000 }, (_, at) => at)
    const others = numbers.map((at) => -at)
    expect(() => diffLines(numbers, others, { deadline: 0 })).toThrow(DeadlineExceeded)
  })
})

describe('hunksOf', () => {
  it('has three lines of context, the section before it and one hunk for changes that are near', () => {
    const old = [' ## lamp.c ##', ...Array.from({ length: 30 }, (_, at) => ` ${at}`)]
    const changed = old.map((line) => (/^ (?:10|17|25)$/.test(line) ? `${line}!` : line))
    const numbers = new LineNumbers()
    const diff = diffLines(numbers.idsOf(old), numbers.idsOf(changed))
    if (!diff) throw new Error('no limit was given')
    const hunks = hunksOf(old, changed, diff)
    expect(hunks.map(({ section, lines }) => [section, lines[0], lines.length])).toEqual([
      ['lamp.c', '  7', 16],
      ['lamp.c', '  22', 8],
    ])
  })
})
