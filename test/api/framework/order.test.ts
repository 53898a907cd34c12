import { describe, expect, it } from 'vitest'
import { parseOrder } from '../../../src/api/framework/order.js'

const KEYS = { id: 'id', name: 'name', state: 'place' }

describe('an order', () => {
  it.each([
    [undefined, 'name+'],
    ['', 'name+'],
    ['bogus', 'name+'],
    ['-state', 'place-'],
    ['state,-name', 'place+ name-'],
    ['id,name', 'id+ name+'],
    ['name,-name,name,id,id', 'name+ id+'],
    ['__proto__,constructor,-toString', 'name+'],
  ])('%j has known keys, each once', (value, expected) => {
    const order = parseOrder(value, KEYS, 'name')
    expect(order.map(({ by, isDescending }) => by + (isDescending ? '-' : '+')).join(' ')).toBe(expected)
  })
})
