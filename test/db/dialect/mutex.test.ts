import { expect, it } from 'vitest'
import { Mutex } from '../../../src/db/dialect/mutex.js'

it('gives turns in the order they were asked for', async () => {
  const mutex = new Mutex()
  const order: number[] = []
  await Promise.all(
    [1, 2, 3].map(async (number) => {
      const release = await mutex.acquire()
      order.push(number)
      await Promise.resolve()
      order.push(-number)
      release()
    }),
  )
  expect(order).toEqual([1, -1, 2, -2, 3, -3])
})

it('ends a turn once, however often that is said', async () => {
  const mutex = new Mutex()
  const first = await mutex.acquire()
  first()
  const second = await mutex.acquire()
  first()
  let isThird = false
  const third = mutex.acquire().then(() => (isThird = true))
  await new Promise((resolve) => setImmediate(resolve))
  expect(isThird).toBe(false)
  second()
  await third
})
