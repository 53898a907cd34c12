import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { deleteOldDeliveries } from '../../../src/domain/webhooks/retention.js'
import { findResend, listDueWebhooks, listResendWebhooks } from '../../../src/domain/webhooks/work.js'
import { describeApi, NOW } from '../../api/support.js'
import { analyze, plansOf } from '../../support/plans.js'
import { happen, insertHook } from '../../support/webhooks.js'

const DELIVERIES = 20_000

/** How plans say that deliveries are found among those that are to be sent again. */
const AMONG_RESENDS = /webhook_deliveries_webhook_id_resend/

/** How they say that all of a webhook are read. */
const AMONG_ALL = /^SCAN webhook_deliveries$|Seq Scan on webhook_deliveries|webhook_id_kind_event_id/m

/** How they say that every delivery is read. */
const ALL = /SCAN webhook_deliveries|Seq Scan on webhook_deliveries/

describeApi(
  'the queue of a webhook',
  (api) => {
    it('is read without its deliveries of earlier days, but for those to be sent again', async () => {
      const { db } = api
      const id = await insertHook(db)
      await happen(db, 1)
      await sql`insert into webhook_deliveries (webhook_id, kind, event_id, category, created, state)
        with recursive n(i) as (select 1 union all select i + 1 from n where i < ${sql.lit(DELIVERIES)})
        select ${sql.lit(id)}, 'event', i, 'patch-created', '2026-10-05T12:00:00', 'delivered' from n`.execute(
        db,
      )
      await analyze(db)
      for (const look of [
        (db: typeof api.db) => listDueWebhooks(db, NOW),
        (db: typeof api.db) => listResendWebhooks(db),
        (db: typeof api.db) => findResend(db, id),
      ]) {
        const [plan, ...others] = await plansOf(db, look)
        expect(others).toEqual([])
        expect(plan).toMatch(AMONG_RESENDS)
        expect(plan).not.toMatch(AMONG_ALL)
      }
      // The hourly deletion steps from one webhook to the next.
      for (const plan of await plansOf(db, (db) => deleteOldDeliveries(db, '2026-01-01T00:00:00')))
        expect(plan).not.toMatch(ALL)
    })
  },
  'suite',
)
