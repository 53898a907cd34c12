import { expect, it } from 'vitest'
import type { Caller } from '../../../src/auth/password-queue.js'
import { SharedCounters } from '../../../src/cli/workers/shared-counters.js'
import { readConfig } from '../../../src/config/config.js'

const CALLER: Caller = { network: '192.0.2.0/24', isKnown: true, attempts: 1 }

it('counts the requests of a client for all workers', () => {
  const counters = new SharedCounters(readConfig({ PATCHWORK_RATE_LIMIT: '5/hour' }))
  const [one, other] = [counters.callsOfWorker().calls, counters.callsOfWorker().calls]
  expect(one.countRequest('192.0.2.1').current).toBe(1)
  const { current, ttl } = other.countRequest('192.0.2.1')
  expect(current).toBe(2)
  expect(ttl).toBeGreaterThan(3_500_000)
  expect(other.countRequest('192.0.2.2').current).toBe(1)
})

it('frees the places of a worker that died in the queue of hashes', async () => {
  const counters = new SharedCounters(readConfig({ PATCHWORK_PASSWORD_HASHES: '2' }))
  const [dead, alive] = [counters.callsOfWorker(), counters.callsOfWorker()]
  await dead.calls.enterHashQueue(CALLER)
  await dead.calls.enterHashQueue(CALLER)
  // These two wait, the first for a worker that is gone when its turn comes.
  void dead.calls.enterHashQueue(CALLER).catch(() => {})
  const waiting = alive.calls.enterHashQueue(CALLER)
  dead.release()
  const ticket = await waiting
  const next = alive.calls.enterHashQueue(CALLER)
  alive.calls.leaveHashQueue(ticket)
  expect(await next).toBeGreaterThan(ticket)
})
