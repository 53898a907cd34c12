import { expect, it } from 'vitest'
import { deleteBatch, markRemoved } from '../../../src/domain/projects/removal.js'
import { deleteAccount } from '../../../src/domain/users/updates.js'
import { deleteOldDeliveries } from '../../../src/domain/webhooks/retention.js'
import { deleteWebhook } from '../../../src/domain/webhooks/updates.js'
import { listDueWebhooks } from '../../../src/domain/webhooks/work.js'
import { type Api, describeApi, ID, NOW } from '../../api/support.js'
import { insertDelivery, insertHook } from '../../support/webhooks.js'

describeApi(
  'what is removed',
  (api: Api) => {
    it('leaves webhooks without an owner, and none of a project, with their deliveries', async () => {
      const { db } = api
      await insertDelivery(db, await insertHook(db, { userId: ID.una }))
      const kept = await insertHook(db, { projectId: 2 })
      await insertDelivery(db, kept)
      await deleteAccount(db, 'una')
      expect(await db.selectFrom('webhooks').select(['user_id', 'made_by']).execute()).toEqual([
        { user_id: null, made_by: 'mira' },
        { user_id: null, made_by: 'mira' },
      ])
      await markRemoved(db, 1, NOW)
      // While a project is being removed, nothing of it is sent.
      expect((await listDueWebhooks(db, NOW)).map(({ id }) => id)).toEqual([kept])
      while (await deleteBatch(db, 1));
      expect(await db.selectFrom('webhooks').select('id').execute()).toEqual([{ id: kept }])
      expect(await deleteOldDeliveries(db, '2026-01-01T00:00:00')).toBe(1)
      expect(await deleteOldDeliveries(db, '2026-01-01T00:00:00')).toBe(0)
      expect(await deleteOldDeliveries(db, '2027-01-01T00:00:00')).toBe(1)
      expect(await deleteOldDeliveries(db, '2027-01-01T00:00:00')).toBe(0)
    })

    it('takes all deliveries of removed webhooks and none of the others', async () => {
      const { db } = api
      const hooks = await Promise.all(
        [2, 2, 2, 2].map(async (projectId) => await insertHook(db, { projectId })),
      )
      for (const id of hooks) for (const event of [1, 2]) await insertDelivery(db, id, event)
      const [first, kept, third, last] = hooks as [number, number, number, number]
      for (const id of [first, third, last]) await deleteWebhook(db, id)
      let deleted = 0
      for (let count = 1; count > 0; deleted += count)
        count = await deleteOldDeliveries(db, '2026-01-01T00:00:00')
      expect(deleted).toBe(6)
      const left = db.selectFrom('webhook_deliveries').select(['webhook_id', 'event_id']).orderBy('event_id')
      expect(await left.execute()).toEqual([1, 2].map((event_id) => ({ webhook_id: kept, event_id })))
    })
  },
  'suite',
)
