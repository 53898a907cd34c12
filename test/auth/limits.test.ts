import { expect, it } from 'vitest'
import { queueOptionsOf } from '../../src/auth/auth-state.js'
import { type Caller, PasswordQueue } from '../../src/auth/password-queue.js'
import { readConfig } from '../../src/config/config.js'
import { Busy } from '../../src/util/errors.js'
import { addAccount } from '../support/accounts.js'
import { contextOn } from '../support/context.js'
import { describeOnEach } from '../support/database.js'
import { guess } from '../support/guesses.js'

const NOW = new Date('2026-10-05T12:00:00Z')
const later = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000)

describeOnEach('the limits for passwords', (fixture) => {
  it('of an address, a network and an account are settings, with their window', async () => {
    const { db } = fixture
    await addAccount(db, 'mira')
    const { attempts } = contextOn(fixture, {
      environment: {
        PATCHWORK_LOGIN_WINDOW: '5',
        PATCHWORK_LOGIN_FAILURES_OF_ADDRESS: '2',
        PATCHWORK_LOGIN_FAILURES_OF_NETWORK: '6',
        PATCHWORK_LOGIN_FAILURES_OF_NETWORK_FOR_ACCOUNT: '4',
        PATCHWORK_LOGIN_FAILURES_FOR_ACCOUNT: '9',
        PATCHWORK_LOGIN_FAILURES_OF_KNOWN: '3',
      },
    }).auth
    const one = { username: 'mira', address: () => '192.0.2.1', now: NOW }
    expect(await guess(db, attempts, 5, one)).toBe(3)
    expect(await guess(db, attempts, 5, { ...one, now: later(5) })).toBe(3)
    // Four for this account from the network within four windows.
    expect(await guess(db, attempts, 2, { ...one, address: (n) => `192.0.2.${n + 2}`, now: later(6) })).toBe(
      2,
    )
    expect(
      await guess(db, attempts, 9, {
        ...one,
        username: 'x',
        address: (n) => `192.0.2.${n + 9}`,
        now: later(6),
      }),
    ).toBe(5)
    // Nine for it from everywhere.
    expect(await guess(db, attempts, 9, { ...one, address: (n) => `10.0.${n}.1`, now: later(7) })).toBe(4)
    expect(await guess(db, attempts, 5, { ...one, knownAs: 'browser', now: later(7) })).toBe(2)
    expect(await guess(db, attempts, 1, { ...one, now: later(28) })).toBe(0)
  })

  it('of the queue are settings, and leave one place to those who are known', async () => {
    const config = readConfig({
      PATCHWORK_PASSWORD_HASHES: '3',
      PATCHWORK_PASSWORD_HASHES_OF_STRANGERS: '3',
      PATCHWORK_PASSWORD_QUEUE: '2',
      PATCHWORK_PASSWORD_QUEUE_OF_NETWORK: '1',
    })
    const queue = new PasswordQueue(queueOptionsOf(config))
    const end = Promise.withResolvers<void>()
    let running = 0
    const run = (caller: Partial<Caller>) =>
      queue.run({ network: 'a', isKnown: false, attempts: 1, ...caller }, () => {
        running++
        return end.promise
      })
    const begun = [run({}), run({ network: 'b' }), run({}), run({ network: 'c' }), run({ isKnown: true })]
    const refused = [run({}), run({ network: 'd', attempts: 2 })]
    for (const each of refused) await expect(each).rejects.toThrow(Busy)
    expect(running).toBe(3)
    end.resolve()
    await Promise.all(begun)
    expect(running).toBe(5)
  })
})
