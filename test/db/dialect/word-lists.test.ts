import { describe, expect, it } from 'vitest'
import { WordLists } from '../../../src/db/dialect/word-lists.js'

describe('the words of searches', () => {
  it('are found in any of the texts, in any case, and not in what is no text', () => {
    const lists = new WordLists()
    const list = lists.add(['Foo', 'BAR'])
    expect(lists.areIn(list, ['a foo', 'a bar'])).toBe(true)
    expect(lists.areIn(list, ['FOOBAR', null])).toBe(true)
    expect(lists.areIn(list, ['foo', null, 7])).toBe(false)
  })

  it('are kept for more searches than can wait, and not for ever', () => {
    const lists = new WordLists()
    const first = lists.add(['a'])
    for (let number = 1; number < 1000; number++) lists.add([`b${number}`])
    expect(lists.areIn(first, ['a'])).toBe(true)
    lists.add(['c'])
    expect(() => lists.areIn(first, ['a'])).toThrow('not known any more')
  })

  it('have one number as long as they are kept, and another one after that', () => {
    const lists = new WordLists()
    const first = lists.add(['a', 'B'])
    expect(lists.add(['A', 'b'])).toBe(first)
    expect(lists.add(['a'])).not.toBe(first)
    for (let number = 0; number < 999; number++) lists.add([`c${number}`])
    expect(lists.add(['a', 'b'])).toBeGreaterThan(first + 999)
  })
})
