import { expect, it } from 'vitest'
import { AsyncQueue } from '../../src/util/async-queue.js'

it('gives items in their order, whether they were there first or whoever takes them', async () => {
  const box = new AsyncQueue<number | undefined>()
  box.put(1)
  box.put(undefined)
  const taken = [box.take(), box.take(), box.take(), box.take()]
  box.put(3)
  box.put(4)
  expect(await Promise.all(taken)).toEqual([1, undefined, 3, 4])
})

it('fails whoever waits, and whoever comes later, but only after what was there', async () => {
  const [full, empty] = [new AsyncQueue<number>(), new AsyncQueue<number>()]
  const waiting = empty.take()
  empty.fail(new Error('the first'))
  empty.fail(new Error('the second'))
  await expect(waiting).rejects.toThrow('the first')
  await expect(empty.take()).rejects.toThrow('the first')
  full.put(1)
  full.fail(new Error('gone'))
  expect(await full.take()).toBe(1)
  await expect(full.take()).rejects.toThrow('gone')
})
