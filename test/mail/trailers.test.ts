import { describe, expect, it } from 'vitest'
import { countTags, matchesPattern } from '../../src/mail/trailers.js'
import { expectLinear } from '../support/linear.js'

const tag = (id: number, pattern: string) => ({ id, pattern })

describe('countTags', () => {
  it('counts per tag, on any line, whatever the case', () => {
    const content = 'Acked-by: A <a@x>\n\nacked-BY: B <b@x>\nTested-by: C\n> Acked-by: D'
    const counts = countTags(content, [tag(1, '^Acked-by:'), tag(2, '^Tested-by:'), tag(3, '^Reviewed-by:')])
    expect([...counts]).toEqual([
      [1, 2],
      [2, 1],
    ])
  })

  it.each([
    ['Acked-by:\rx', 1],
    ['Acked-by:\vx', 0],
    ['Acked-by:\u00a0x', 0],
    ['x\rAcked-by: x', 0],
    ['x\u2028Acked-by: x', 0],
    ['Acked-by:\nAcked-by: x', 1],
    ['Ac\u212aed-by: x\nAcked-by: x', 2],
  ])('knows lines and blanks as other patterns do: %j', (content, count) => {
    for (const pattern of ['^Acked-by:', '^(Acked-by:)'])
      expect(countTags(content, [tag(1, pattern)]).get(1) ?? 0).toBe(count)
  })

  it('counts no tag with nothing behind it', () => {
    expect(countTags('Acked-by:', [tag(1, '^Acked-by:')]).size).toBe(0)
    expect(countTags('', [tag(1, '^Acked-by:')]).size).toBe(0)
  })

  it.each(['(', '(?<=a)b', '*', 'a{1001}'])('counts nothing for the broken pattern %s', (pattern) => {
    expect(countTags('a b', [tag(1, pattern)]).size).toBe(0)
    expect(matchesPattern(pattern, 'a b')).toBe(false)
  })

  it('takes linear time for a pattern that would not end elsewhere', async () => {
    await expectLinear((size) => countTags(`${'a'.repeat(size)}b`, [tag(1, '^(a+)+$')]), { size: 10_000 })
  })
})
