import { sql } from 'kysely'
import { beforeAll, expect, it } from 'vitest'
import type { Database } from '../../../src/db/schema.js'
import { type EventFilter, listEventIds } from '../../../src/domain/events/filter.js'
import { EVENT_SOURCE } from '../../../src/domain/events/queries.js'
import { insertProject } from '../../../src/domain/projects/updates.js'
import { ingest } from '../../../src/ingest/ingest.js'
import { addAccount } from '../../support/accounts.js'
import { copyRow } from '../../support/copy-row.js'
import { describeOnEach } from '../../support/database.js'
import { mail } from '../../support/mail.js'
import { analyze, plansOf } from '../../support/plans.js'

const NOW = new Date('2026-10-05T12:00:00Z')
const EVENTS = 20_000
/** Patches, covers and accounts that events name. */
const NAMED = 500

/** How plans name the order of the ids. */
const BY_ID = /events_pkey|PRIMARY KEY|^SCAN events$/m

/** Many events: each about a patch, some made by a user, few about a series or a cover. */
async function fill(db: Database): Promise<void> {
  for (const name of ['lamps', 'buoys'])
    await insertProject(db, {
      link_name: name,
      name,
      list_id: `${name}.example.org`,
      list_email: `${name}@x`,
    })
  await ingest(db, mail({ id: '0@x', subject: '[PATCH 0/1] lamps', body: 'Lamps.\n' }), { now: NOW })
  await ingest(db, mail({ id: '1@x', subject: '[PATCH 1/1] lamp', references: '<0@x>' }), { now: NOW })
  for (let user = 0; user < 20; user++) await addAccount(db, `user${user}`)
  await copyRow(db, 'patches', 1, NAMED)
  await copyRow(db, 'covers', 1, NAMED)
  await sql`insert into events (category, project_id, date, patch_id, actor_id, series_id, cover_id)
    with recursive n(i) as (select 1 union all select i + 1 from n where i < ${sql.lit(EVENTS)})
    select case when i % 1000 = 0 then 'patch-relation-changed' else 'check-created' end, 1 + i % 50 / 49,
      '2026-10-' || (10 + i % 20) || 'T12:' || (10 + i % 50), 1 + i % ${sql.lit(NAMED)}, case when i % 3 = 0 then 1 + i / 3 % 20 end,
      case when i % 500 = 0 then 1 end, case when i % 7 = 0 then 1 + i / 7 % ${sql.lit(NAMED)} end
    from n`.execute(db)
  await analyze(db)
}

describeOnEach(
  'a list of events',
  (fixture) => {
    beforeAll(async () => await fill(fixture.db))

    const newest = { by: 'date', isDescending: true } as const
    const oldest = { by: 'id', isDescending: false } as const

    it.each<[index: string, filter: EventFilter, order?: typeof newest | typeof oldest]>([
      ['events_date_id', {}],
      ['events_pkey', {}, oldest],
      ['events_pkey', { after: EVENTS - 10 }, oldest],
      ['events_pkey', { projects: [2], category: 'check-created', after: EVENTS - 10 }, oldest],
      ['events_date_id', { hiddenCategories: ['patch-delegated'] }],
      ['events_date_id', { since: '2026-10-29T12:58' }],
      ['events_project_id_date_id', { projects: [2] }],
      ['events_project_id_date_id', { projects: [2], since: '2026-10-28', before: '2026-10-29' }],
      ['events_category_date_id', { category: 'patch-relation-changed' }],
      ['events_patch_id', { patches: [7] }],
      ['events_patch_id', { patches: [7, 8] }],
      ['events_series_id', { series: [1] }],
      ['events_cover_id', { covers: [7] }],
      ['events_cover_id', { covers: [7, 8] }],
      ['events_actor_id', { actors: [7] }],
    ])('is read by %s: %o', async (index, filter, order = newest) => {
      const plans = await plansOf(fixture.db, (db) =>
        listEventIds(db, filter, [order], { limit: 30, offset: 0 }),
      )
      expect(plans).not.toHaveLength(0)
      for (const plan of plans) {
        expect(plan).toMatch(index === 'events_pkey' ? BY_ID : new RegExp(`${index}(?!_|\\w)`))
        expect(plan).not.toMatch(/Seq Scan on events|SCAN events\n.*TEMP B-TREE/)
      }
    })

    it('is followed by the ids', async () => {
      const plans = await plansOf(fixture.db, (db) => EVENT_SOURCE.read(db, EVENTS - 10, 30))
      expect(plans.join()).toMatch(BY_ID)
    })
  },
  'suite',
)
