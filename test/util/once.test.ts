import { expect, it } from 'vitest'
import { once, onceEach } from '../../src/util/once.js'

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

it('makes a value once for each argument', () => {
  const asked: string[] = []
  const length = onceEach((text: string) => {
    asked.push(text)
    return text === '' ? undefined : text.length
  })
  expect(['ab', '', 'ab', 'c', ''].map(length)).toEqual([2, undefined, 2, 1, undefined])
  expect(asked).toEqual(['ab', '', 'c'])
})
