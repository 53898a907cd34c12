import { beforeEach, expect, it } from 'vitest'
import { connect } from '../../../src/db/connect.js'
import { insertRows } from '../../../src/db/prepared.js'
import { listOthersBundles, listOwnBundles } from '../../../src/domain/bundles/queries.js'
import { MAX_BUNDLE_PATCHES, MAX_BUNDLES } from '../../../src/domain/bundles/rules.js'
import {
  addToBundle,
  insertBundle,
  removeFromBundle,
  reorderBundle,
} from '../../../src/domain/bundles/updates.js'
import { listBundlePatchIds } from '../../../src/domain/patches/mbox-queries.js'
import { insertProject } from '../../../src/domain/projects/updates.js'
import { ingest } from '../../../src/ingest/ingest.js'
import { addAccount } from '../../support/accounts.js'
import { copyRow } from '../../support/copy-row.js'
import { describeOnEach } from '../../support/database.js'
import { expectLinear } from '../../support/linear.js'
import { mail } from '../../support/mail.js'

describeOnEach('bundles', (fixture) => {
  let [ola, una, open, closed] = [0, 0, 0, 0]

  beforeEach(async () => {
    const { db } = fixture
    const lamps = { link_name: 'lamps', name: 'Lamps', list_id: 'lamps.example.org', list_email: 'l@x' }
    await insertProject(db, lamps)
    for (const id of ['1@x', '2@x', '3@x']) await ingest(db, mail({ id }), { now: new Date() })
    ola = await addAccount(db, 'ola')
    una = await addAccount(db, 'una')
    open = await insertBundle(db, { owner_id: ola, project_id: 1, name: 'open', public: true }, [3, 1, 2])
    closed = await insertBundle(db, { owner_id: ola, project_id: 1, name: 'closed', public: false }, [])
  })

  it('do not become too many by requests at the same time, of other processes too', async () => {
    const { db, url } = fixture
    await copyRow(db, 'bundles', open, MAX_BUNDLES - 3)
    const other = connect(url)
    const outcomes = await Promise.allSettled(
      Array.from({ length: 6 }, (_, number) =>
        insertBundle(
          number % 2 ? db : other,
          { owner_id: ola, project_id: 1, name: `new ${number}`, public: false },
          [1],
        ),
      ),
    )
    await other.destroy()
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(String(outcome.reason)).toContain('nobody may have more')
    expect(await listOwnBundles(db, ola)).toHaveLength(MAX_BUNDLES)
  })

  it('take no patch too many from additions at the same time', async () => {
    const { db, url } = fixture
    await copyRow(db, 'patches', 1, MAX_BUNDLE_PATCHES)
    const ids = (await db.selectFrom('patches').select('id').orderBy('id').execute()).map(({ id }) => id)
    await addToBundle(db, open, ids.slice(0, MAX_BUNDLE_PATCHES - 1))
    const other = connect(url)
    const outcomes = await Promise.allSettled(
      ids.slice(-4).map((id, index) => addToBundle(index % 2 ? db : other, open, [id])),
    )
    await other.destroy()
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await listBundlePatchIds(db, open)).toHaveLength(MAX_BUNDLE_PATCHES)
  })

  it('of very many patches are reordered in linear time', async () => {
    const { db } = fixture
    await copyRow(db, 'patches', 1, 30_000)
    const copies = await db
      .selectFrom('patches')
      .select('id')
      .where('msgid', 'like', '<copy-%')
      .orderBy('id')
      .execute()
    const ids = copies.map(({ id }) => id)
    const part = ids.slice(0, ids.length / 8)
    const add = (bundle: number, patches: number[]) =>
      insertRows(
        db,
        'bundle_patches',
        patches.map((patch_id, index) => ({ bundle_id: bundle, patch_id, position: index + 10 })),
      )
    await add(closed, part)
    await add(open, ids)
    const reverse = async (size: number) => {
      const [bundle, patches] = size === ids.length ? [open, ids] : [closed, part]
      patches.reverse()
      await reorderBundle(db, bundle, () => patches)
      expect((await listBundlePatchIds(db, bundle)).slice(0, 2)).toEqual(patches.slice(0, 2))
    }
    await expectLinear(reverse, { size: part.length })
  })

  it('are listed with their size, to others only if they are public', async () => {
    const { db } = fixture
    const sizes = (await listOwnBundles(db, ola)).map(({ name, patches }) => [name, patches])
    expect(sizes).toEqual([
      ['closed', 0],
      ['open', 3],
    ])
    expect(await listOwnBundles(db, ola, 2)).toEqual([])
    expect((await listOthersBundles(db, 1, una, 10)).map(({ name, owner }) => [name, owner])).toEqual([
      ['open', 'ola'],
    ])
    expect(await listOthersBundles(db, 1, ola, 10)).toEqual([])
  })

  it('keep what was added while somebody put them in order, and no patch twice', async () => {
    const { db } = fixture
    await reorderBundle(db, open, () => [2, 2, 99, 1])
    expect(await listBundlePatchIds(db, open)).toEqual([2, 1, 3])
  })

  it('lose patches that they have', async () => {
    const { db } = fixture
    expect(await removeFromBundle(db, open, [1, 99])).toBe(1)
    expect(await removeFromBundle(db, open, [])).toBe(0)
    expect(await listBundlePatchIds(db, open)).toEqual([3, 2])
  })
})
