import { beforeEach, expect, it } from 'vitest'
import { ingest } from '../../src/ingest/ingest.js'
import {
  insertBundle,
  listOthersBundles,
  listOwnBundles,
  removeFromBundle,
  reorderBundle,
} from '../../src/store/bundle.js'
import { listBundlePatchIds } from '../../src/store/download.js'
import { insertProject } from '../../src/store/project.js'
import { addAccount } from '../support/accounts.js'
import { describeOnEach } from '../support/database.js'
import { mail } from '../support/mail.js'

describeOnEach('bundles', (fixture) => {
  let [ola, una, open] = [0, 0, 0]

  beforeEach(async () => {
    const { db } = fixture
    const lamps = { link_name: 'lamps', name: 'Lamps', list_id: 'lamps.example.org', list_email: 'l@x' }
    await insertProject(db, lamps)
    for (const id of ['1@x', '2@x', '3@x']) await ingest(db, mail({ id }), { now: new Date() })
    ola = await addAccount(db, 'ola')
    una = await addAccount(db, 'una')
    open = await insertBundle(db, { owner_id: ola, project_id: 1, name: 'open', public: true }, [3, 1, 2])
    await insertBundle(db, { owner_id: ola, project_id: 1, name: 'closed', public: false }, [])
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
    await reorderBundle(db, open, [2, 2, 99, 1])
    expect(await listBundlePatchIds(db, open)).toEqual([2, 1, 3])
  })

  it('lose patches that they have', async () => {
    const { db } = fixture
    expect(await removeFromBundle(db, open, [1, 99])).toBe(1)
    expect(await removeFromBundle(db, open, [])).toBe(0)
    expect(await listBundlePatchIds(db, open)).toEqual([3, 2])
  })
})
