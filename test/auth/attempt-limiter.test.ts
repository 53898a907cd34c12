import { expect, it } from 'vitest'
import { AttemptLimiter } from '../../src/auth/attempt-limiter.js'

it('makes wait whoever has reached the limit, until the window is over', () => {
  const throttle = new AttemptLimiter({ limit: 2, window: 10_000 })
  throttle.count('a', 0)
  expect(throttle.wait('a', 0)).toBe(0)
  throttle.count('a', 4000)
  expect(throttle.wait('a', 4000)).toBe(6)
  expect(throttle.wait('b', 4000)).toBe(0)
  expect(throttle.wait('a', 10_000)).toBe(0)
  throttle.count('a', 10_000)
  expect(throttle.wait('a', 10_000)).toBe(0)
})

it('says how many it has counted', () => {
  const throttle = new AttemptLimiter({ limit: 9, window: 1000 })
  for (const time of [0, 10]) throttle.count('a', time)
  expect([throttle.countOf('a', 10), throttle.countOf('a', 1000), throttle.countOf('b', 10)]).toEqual([
    2, 0, 0,
  ])
})

it('takes back one, and forgets', () => {
  const throttle = new AttemptLimiter({ limit: 1, window: 10_000 })
  throttle.count('a', 0)
  throttle.uncount('a')
  expect(throttle.wait('a', 0)).toBe(0)
  throttle.count('a', 0)
  throttle.forget('a')
  expect(throttle.wait('a', 0)).toBe(0)
})

it('knows so many keys, and those best that it saw last', () => {
  const throttle = new AttemptLimiter({ limit: 1, window: 10_000, maxKeys: 2 })
  for (const key of ['a', 'b', 'a', 'c']) throttle.count(key, 0)
  expect(['a', 'b', 'c'].map((key) => throttle.wait(key, 0))).toEqual([10, 0, 10])
})
