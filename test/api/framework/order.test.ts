import { describe, expect, it } from 'vitest'
import { parseOrder, searchWords } from '../../../src/api/framework/order.js'

const KEYS = { id: 'id', name: 'name', state: '(select 1)' }

describe('an order', () => {
  it.each([
    [undefined, 'name+ id+'],
    ['', 'name+ id+'],
    ['bogus', 'name+ id+'],
    ['-state', '(select 1)- id-'],
    ['state,-name', '(select 1)+ name- id-'],
    ['id,name', 'id+ name+ id+'],
    ['name,-name,name,id,id', 'name+ id+'],
    ['__proto__,constructor,-toString', 'name+ id+'],
  ])('%j ends in the number', (value, expected) => {
    const order = parseOrder(value, KEYS, 'name')
    expect(
      order.map(({ expression, isDescending }) => expression + (isDescending ? '-' : '+')).join(' '),
    ).toBe(expected)
  })
})

describe('a search', () => {
  it('looks for each word, of twenty at most', () => {
    expect(searchWords(' a, b ')).toEqual(['a', 'b'])
    expect(searchWords('a '.repeat(100))).toHaveLength(20)
    expect(searchWords(' , ')).toEqual([])
  })
})
