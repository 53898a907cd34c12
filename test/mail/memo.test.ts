import { expect, it, vi } from 'vitest'
import { memoized } from '../../src/mail/memo.js'

const counted = () => {
  const compute = vi.fn((text: string) => ({ length: text.length }))
  return { compute, remember: memoized(compute) }
}

it('computes the result of a text once', () => {
  const { compute, remember } = counted()
  expect(remember('ida')).toBe(remember('ida'))
  expect(remember('tess')).toEqual({ length: 4 })
  expect(compute).toHaveBeenCalledTimes(2)
})

it('keeps a result that is undefined', () => {
  const compute = vi.fn(() => undefined)
  const remember = memoized(compute)
  expect([remember('ida'), remember('ida')]).toEqual([undefined, undefined])
  expect(compute).toHaveBeenCalledTimes(1)
})

it('keeps no result of a long text', () => {
  const { compute, remember } = counted()
  remember('a'.repeat(301))
  remember('a'.repeat(301))
  expect(compute).toHaveBeenCalledTimes(2)
})

it('keeps a bounded number of results', () => {
  const { compute, remember } = counted()
  remember('ida')
  for (let index = 0; index < 500; index++) remember(String(index))
  remember('ida')
  expect(compute).toHaveBeenCalledTimes(502)
})
