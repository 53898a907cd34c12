import { describe, expect, it } from 'vitest'
import { isReplySubject, parseSubject } from '../../src/mail/subject.js'

describe('parseSubject', () => {
  it.each([
    ['[PATCH] lamp: light it', 'lamp: light it', [], undefined, 1],
    ['[PATCH v2 1/3] lamp: light it', '[v2,1/3] lamp: light it', ['v2', '1/3'], { number: 1, total: 3 }, 2],
    ['Re: [PATCH 2/3] x', '[2/3] x', ['2/3'], { number: 2, total: 3 }, 1],
    ['Fwd: [PATCH] x', 'x', [], undefined, 1],
    ['[Lamps] [PATCH RFC,V3] x', '[RFC,V3] x', ['RFC', 'V3'], undefined, 3],
    ['[PATCH1/8] x', '[PATCH1/8] x', ['PATCH1/8'], { number: 1, total: 8 }, 1],
    ['[PATCH 2 of 5] x', '[2 of 5] x', ['2 of 5'], { number: 2, total: 5 }, 1],
    ['[PATCH] x (v4)', 'x (v4)', [], undefined, 4],
    ['[PATCH 0/2] cover', '[0/2] cover', ['0/2'], { number: 0, total: 2 }, 1],
    ['[unclosed x', '[unclosed x', [], undefined, 1],
  ])('%s', (subject, name, prefixes, marker, version) => {
    expect(parseSubject(subject, ['lamps'])).toEqual({ name, prefixes, marker, version })
  })

  it('cuts a name at 255 characters without halving one', () => {
    expect(parseSubject('🏮'.repeat(300), []).name).toBe('🏮'.repeat(255))
  })
})

describe('isReplySubject', () => {
  it.each([
    ['Re: x', true],
    ['RE: x', true],
    ['Reuse the lamp', false],
    ['Fwd: x', false],
  ])('%s', (subject, expected) => expect(isReplySubject(subject)).toBe(expected))
})
