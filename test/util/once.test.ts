import { expect, it } from 'vitest'
import { once } from '../../src/util/once.js'

it('makes a value once, and not before it is asked for', () => {
  let made = 0
  const value = once(() => {
    made++
    return undefined
  })
  expect(made).toBe(0)
  expect([value(), value()]).toEqual([undefined, undefined])
  expect(made).toBe(1)
})

it('tries again after a failure', () => {
  let isReady = false
  const value = once(() => {
    if (!isReady) throw new Error('Not yet.')
    return 1
  })
  expect(value).toThrow('Not yet.')
  isReady = true
  expect(value()).toBe(1)
})
