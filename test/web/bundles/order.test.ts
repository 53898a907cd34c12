import { expect, it } from 'vitest'
import { newOrder } from '../../../src/web/bundles/order.js'

const form = (fields: Record<string, string>) => new URLSearchParams(fields)

it('follows numbers that were changed, to any order', () => {
  const before = [10, 20, 30, 40]
  const all = [
    before,
    [40, 30, 20, 10],
    [20, 10, 40, 30],
    [30, 40, 10, 20],
    [20, 30, 40, 10],
    [40, 10, 20, 30],
  ]
  for (const wanted of all) {
    const fields = wanted.map((id, index) => [`position-${id}`, String(index + 1)])
    expect(newOrder(before, form(Object.fromEntries(fields) as Record<string, string>))).toEqual(wanted)
  }
})

it('puts one that moves before the one whose place it takes, or behind it on the way down', () => {
  expect(newOrder([10, 20, 30, 40], form({ 'position-40': '2' }))).toEqual([10, 40, 20, 30])
  expect(newOrder([10, 20, 30, 40], form({ 'position-10': '3' }))).toEqual([20, 30, 10, 40])
  expect(newOrder([10, 20, 30], form({ 'position-10': '999' }))).toEqual([20, 30, 10])
})
