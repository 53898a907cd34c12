import { describe, expect, it } from 'vitest'
import { unflowed } from '../../src/mail/flowed.js'

describe('unflowed', () => {
  it.each([
    ['a \nb', false, 'a b'],
    ['a \nb', true, 'ab'],
    ['a\n b\n  c', false, 'a\nb\n c'],
    ['a \n-- \nMira', false, 'a \n-- \nMira'],
    [' From x\n >y', false, 'From x\n>y'],
    ['a \r\nb\r\n', false, 'a b\n'],
    ['a ', false, 'a '],
    ['', false, ''],
  ])('of %j (delsp %j) is %j', (text, isDeleted, expected) => {
    expect(unflowed(text, { isDeleted, isStuffed: true })).toBe(expected)
  })

  it('joins lines only where nothing was stuffed', () => {
    expect(unflowed(' a \nb\n c', { isDeleted: false, isStuffed: false })).toBe(' a b\n c')
  })
})
