import { expect, it } from 'vitest'
import type { Database, Schema } from '../../../src/db/schema.js'
import { insertBundle } from '../../../src/domain/bundles/updates.js'
import { insertChecks } from '../../../src/domain/checks/updates.js'
import { relatePatch } from '../../../src/domain/patches/relations.js'
import { listProjects } from '../../../src/domain/projects/queries.js'
import { deleteBatch, listRemoved, markRemoved } from '../../../src/domain/projects/removal.js'
import { insertProject } from '../../../src/domain/projects/updates.js'
import { ingest } from '../../../src/ingest/ingest.js'
import { addAccount } from '../../support/accounts.js'
import { changeAs } from '../../support/change.js'
import { describeOnEach } from '../../support/database.js'
import { mail } from '../../support/mail.js'

const NOW = new Date('2026-10-05T12:00:00Z')
const THEN = '2026-10-05T12:00:00.000000'

/** Two projects with the same mails: a cover, two patches, comments on each; checks, a bundle, relations across both. */
async function fill(db: Database): Promise<void> {
  for (const link_name of ['lamps', 'buoys'])
    await insertProject(db, {
      link_name,
      name: link_name,
      list_id: `${link_name}.example.org`,
      list_email: `${link_name}@example.org`,
      send_notifications: true,
      required_contexts: 'ci',
    })
  const user = await addAccount(db, 'mira', { maintains: [1, 2] })
  for (const list of ['lamps', 'buoys'])
    for (const bytes of [
      mail({ id: '0@x', subject: '[PATCH 0/2] lamps', body: 'Two lamps.\n' }),
      mail({ id: '1@x', subject: '[PATCH 1/2] lamp', references: '<0@x>' }),
      mail({ id: '2@x', subject: '[PATCH 2/2] lamp', references: '<0@x>' }),
      mail({ id: '3@x', subject: 'Re: [PATCH 1/2] lamp', references: '<1@x>', body: 'Acked-by: M <m@x>\n' }),
      mail({ id: '4@x', subject: 'Re: [PATCH 0/2] lamps', references: '<0@x>', body: 'Fine.\n' }),
    ])
      await ingest(db, bytes, { listId: `${list}.example.org`, now: NOW })
  const patches = [1, 2, 3, 4].map((id) => ({ id, project_id: id < 3 ? 1 : 2 }))
  const check = { user_id: user, date: THEN, state: 1, context: 'ci', target_url: null, description: null }
  await insertChecks(db, patches, check)
  await insertBundle(db, { owner_id: user, project_id: 2, name: 'both', public: true }, [1, 3])
  await insertBundle(db, { owner_id: user, project_id: 1, name: 'gone', public: true }, [2])
  await relatePatch(db, 1, [3], user, THEN)
  await changeAs(db, [1, 2, 3, 4], { state_id: 3 }, user, THEN)
  await db.insertInto('series_dependencies').values({ series_id: 2, depends_on_id: 1 }).execute()
}

async function countRows(db: Database, tables: readonly (keyof Schema)[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const table of tables)
    counts[table] = (
      await db
        .selectFrom(table as 'events')
        .select((eb) => eb.lit(1).as('one'))
        .execute()
    ).length
  return counts
}

const HALVED = [
  ...([
    'projects',
    'patches',
    'patch_texts',
    'covers',
    'cover_texts',
    'series',
    'series_references',
  ] as const),
  ...([
    'patch_comments',
    'cover_comments',
    'checks',
    'required_contexts',
    'patch_tags',
    'pending_notifications',
  ] as const),
  ...(['events', 'maintainers', 'bundles'] as const),
]

describeOnEach('a project that is removed', (fixture) => {
  it('goes with all it has, and leaves all that others have', async () => {
    const { db } = fixture
    await fill(db)
    const before = await countRows(db, HALVED)
    await markRemoved(db, 1, THEN)
    expect((await listRemoved(db)).map(({ link_name }) => link_name)).toEqual(['lamps'])
    while (await deleteBatch(db, 1));
    const after = await countRows(db, HALVED)
    for (const table of HALVED) expect(after[table], table).toBe((before[table] ?? 0) / 2)
    expect(await countRows(db, ['bundle_patches', 'patch_relations', 'series_dependencies'])).toEqual({
      bundle_patches: 1,
      patch_relations: 0,
      series_dependencies: 0,
    })
    expect((await listProjects(db)).map(({ link_name }) => link_name)).toEqual(['buoys'])
    expect(await deleteBatch(db, 1)).toBe(false)
  })

  it('takes no more mail from the moment it is marked', async () => {
    const { db } = fixture
    await fill(db)
    await markRemoved(db, 1, THEN)
    const outcome = await ingest(db, mail({ id: '9@x', subject: '[PATCH] late' }), {
      listId: 'lamps.example.org',
      now: NOW,
    })
    expect(outcome.kind).toBe('ignored')
  })
})
