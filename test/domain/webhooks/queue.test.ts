import { expect, it } from 'vitest'
import type { Database } from '../../../src/db/schema.js'
import { transaction } from '../../../src/db/transaction.js'
import { WebhookMemory } from '../../../src/domain/webhooks/deliverer-state.js'
import type { Outcome } from '../../../src/domain/webhooks/outcome.js'
import { type Batch, type Claim, recordAndClaim } from '../../../src/domain/webhooks/queue.js'
import { describeApi, NOW } from '../../api/support.js'
import { statementsOf, stopClock } from '../../support/statements.js'
import { happen, insertHook } from '../../support/webhooks.js'

stopClock()

const LEASE = '2036-01-01T00:00:00'
const HOOKS = 8

const DELIVERED: Outcome = { result: 'delivered', status: 204, answer: '', duration: 1 }
const FAILED: Outcome = {
  result: 'failed',
  status: 500,
  answer: '',
  reason: 'No.',
  duration: 1,
  isGone: false,
}

describeApi(
  'deliveries that end at the same time',
  (api) => {
    const run = async (batch: Partial<Batch>, memory = new WebhookMemory()) =>
      await transaction(
        api.db,
        async (db: Database) =>
          await recordAndClaim(
            db,
            { ended: [], wanted: [], ...batch },
            { now: NOW, lease: LEASE, pause: () => 10_000 },
            memory,
          ),
      )

    it('are recorded together, each with its own outcome, and are followed by the next ones', async () => {
      const { db } = api
      const hooks: number[] = []
      for (let count = 0; count < HOOKS; count++) hooks.push(await insertHook(db))
      const [first, second] = await happen(db, 2)
      const { claims } = await run({ wanted: hooks })
      expect([...claims.values()].map(({ delivery }) => delivery.event_id)).toEqual(hooks.map(() => first))
      const [bad, lost] = hooks as [number, number]
      // Another server has taken one over.
      await db.updateTable('webhooks').set({ lease: 99, leased: LEASE }).where('id', '=', lost).execute()
      const ended = [...claims.values()].map((claim) => {
        return { claim, outcome: claim.webhook.id === bad ? FAILED : DELIVERED }
      })
      let next: ReadonlyMap<number, Claim> = new Map()
      const statements = await statementsOf(async () => {
        const result = await run({ ended, wanted: hooks })
        next = result.claims
        expect(result.recorded).toEqual(
          hooks.map((id) => (id === lost ? undefined : { disabled: undefined })),
        )
      })
      // For each of them: its delivery, the next one, and the webhook once.
      expect(statements.length).toBeLessThan(3 * HOOKS + 8)
      const good = hooks.slice(2)
      expect([...next.keys()]).toEqual(good)
      expect([...next.values()].map(({ delivery }) => delivery.event_id)).toEqual(good.map(() => second))
      const rows = await db
        .selectFrom('webhooks')
        .select(['id', 'last_event', 'failures', 'lease', 'leased', 'due'])
        .orderBy('id')
        .execute()
      const before = (first ?? 0) - 1
      expect(rows).toEqual([
        { id: bad, last_event: before, failures: 1, lease: 1, leased: null, due: expect.any(String) },
        { id: lost, last_event: before, failures: 0, lease: 99, leased: LEASE, due: null },
        ...good.map((id) => ({ id, last_event: first, failures: 0, lease: 2, leased: LEASE, due: null })),
      ])
    })

    it('of a project that is being removed are not followed by others', async () => {
      const { db } = api
      const id = await insertHook(db)
      await happen(db, 2)
      const { claims } = await run({ wanted: [id] })
      const [claim] = claims.values()
      await db.updateTable('projects').set({ removed: NOW }).where('id', '=', 1).execute()
      const ended = claim ? [{ claim, outcome: DELIVERED }] : []
      const result = await run({ ended, wanted: [id] })
      expect(result).toEqual({ recorded: [{ disabled: undefined }], claims: new Map() })
    })
  },
  'test',
)
