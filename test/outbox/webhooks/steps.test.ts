import { expect, it } from 'vitest'
import type { Outcome } from '../../../src/domain/webhooks/outcome.js'
import { Steps } from '../../../src/outbox/webhooks/steps.js'
import { statementsOf, stopClock } from '../../support/statements.js'
import { happen, insertHook } from '../../support/webhooks.js'
import { describeSite } from './support.js'

stopClock()

const NEVER = new AbortController().signal

const DELIVERED: Outcome = { result: 'delivered', status: 204, answer: '', duration: 1 }

async function transactionsOf(work: () => Promise<unknown>): Promise<string[]> {
  return (await statementsOf(work)).filter((statement) => statement.startsWith('begin'))
}

describeSite('steps of deliveries', (site) => {
  it('that come together share a transaction', async () => {
    const hooks: number[] = []
    for (let count = 0; count < 10; count++) hooks.push(await insertHook(site.api.db))
    const [first, second] = await happen(site.api.db, 2)
    const steps = new Steps(site.context, NEVER)
    expect(
      await transactionsOf(async () => {
        const claims = await Promise.all(hooks.map(async (id) => await steps.claim(id)))
        expect(claims.map((claim) => claim?.delivery.event_id)).toEqual(hooks.map(() => first))
        const results = claims.map(
          async (claim) => claim && (await steps.record({ claim, outcome: DELIVERED }, true)),
        )
        const next = await Promise.all(results)
        expect(next.map((result) => result?.next?.delivery.event_id)).toEqual(hooks.map(() => second))
      }),
    ).toHaveLength(2)
  })

  it('are recorded although one of them cannot be', async () => {
    const [bad, good] = [await insertHook(site.api.db), await insertHook(site.api.db)]
    const [event] = await happen(site.api.db, 1)
    const steps = new Steps(site.context, NEVER)
    const [one, other] = await Promise.all([steps.claim(bad), steps.claim(good)])
    if (!one || !other) throw new Error('Nothing was claimed.')
    // No database stores this as a number.
    const broken = { ...DELIVERED, duration: {} as number }
    const [failed, recorded] = await Promise.allSettled([
      steps.record({ claim: one, outcome: broken }, true),
      steps.record({ claim: other, outcome: DELIVERED }, true),
    ])
    expect(failed.status).toBe('rejected')
    expect(recorded).toMatchObject({ status: 'fulfilled', value: { recorded: {}, next: undefined } })
    expect(await site.row(good)).toMatchObject({ last_event: event, leased: null })
    expect((await site.row(bad)).last_event).toBe((event ?? 0) - 1)
  })

  it('begin nothing when the server stops, and record what has ended', async () => {
    const id = await insertHook(site.api.db)
    const [event] = await happen(site.api.db, 2)
    const stop = new AbortController()
    const steps = new Steps(site.context, stop.signal)
    const claim = await steps.claim(id)
    if (!claim) throw new Error('Nothing was claimed.')
    const recording = steps.record({ claim, outcome: DELIVERED }, true)
    stop.abort()
    expect((await recording).next).toBeUndefined()
    expect(await site.row(id)).toMatchObject({ last_event: event, leased: null })
  })
})
