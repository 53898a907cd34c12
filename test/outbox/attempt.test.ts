import { expect, it } from 'vitest'
import { attemptWithin } from '../../src/outbox/attempt.js'

const timeout = new Error('It took too long.')
const stopped = new Error('It was stopped.')

const wait = async (signal: AbortSignal) =>
  await new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(new Error('late'))))

it('begins no attempt once the server stops', async () => {
  let isBegun = false
  const limits = { timeoutMs: 1, timeout, stopped, stopping: AbortSignal.abort() }
  const work = async () => void (isBegun = true)
  expect(await attemptWithin(limits, work)).toBe(stopped)
  expect(isBegun).toBe(false)
})

it('says why an attempt ended', async () => {
  const limits = { timeoutMs: 1, timeout, stopped, stopping: new AbortController().signal }
  expect(await attemptWithin(limits, wait)).toBe(timeout)
  const failure = new Error('It failed.')
  expect(await attemptWithin({ ...limits, timeoutMs: 60_000 }, () => Promise.reject(failure))).toBe(failure)
  expect(await attemptWithin({ ...limits, timeoutMs: 60_000 }, async () => {})).toBeUndefined()
})
