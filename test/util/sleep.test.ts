import { expect, it } from 'vitest'
import { pause } from '../../src/util/sleep.js'

it('a pause ends by itself, by the signal, and at once where that has come already', async () => {
  const stopping = new AbortController()
  await pause(1, stopping.signal)
  const long = pause(3_600_000, stopping.signal)
  stopping.abort()
  await long
  expect(await pause(3_600_000, stopping.signal)).toBeUndefined()
})
