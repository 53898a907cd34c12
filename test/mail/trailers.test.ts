import { describe, expect, it } from 'vitest'
import { countTags, matchesPattern } from '../../src/mail/trailers.js'

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

  it('counts no tag with nothing behind it', () => {
    expect(countTags('Acked-by:', [tag(1, '^Acked-by:')]).size).toBe(0)
    expect(countTags('', [tag(1, '^Acked-by:')]).size).toBe(0)
  })

  it.each(['(', '(?<=a)b', '*', 'a{1001}'])('counts nothing for the broken pattern %s', (pattern) => {
    expect(countTags('a b', [tag(1, pattern)]).size).toBe(0)
    expect(matchesPattern(pattern, 'a b')).toBe(false)
  })

  it('takes linear time for a pattern that would not end elsewhere', () => {
    const start = process.threadCpuUsage()
    countTags('a'.repeat(50_000), [tag(1, '^(a+)+$')])
    expect(process.threadCpuUsage(start).user).toBeLessThan(2_000_000)
  })
})
