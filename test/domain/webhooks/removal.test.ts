import { expect, it } from 'vitest'
import { deleteBatch, markRemoved } from '../../../src/domain/projects/removal.js'
import { deleteAccount } from '../../../src/domain/users/updates.js'
import { listDueWebhooks } from '../../../src/domain/webhooks/queue.js'
import { deleteOldDeliveries } from '../../../src/domain/webhooks/updates.js'
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
    })
  },
  'suite',
)
