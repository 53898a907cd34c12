import { beforeAll, expect, it } from 'vitest'
import { insertRows } from '../../src/db/prepared.js'
import { MAX_BUNDLE_PATCHES, MAX_BUNDLES } from '../../src/domain/bundles/rules.js'
import { insertBundle } from '../../src/domain/bundles/updates.js'
import { listBundlePatchIds } from '../../src/domain/patches/mbox-queries.js'
import { MAX_RELATED } from '../../src/domain/patches/relations.js'
import { copyRow } from '../support/copy-row.js'
import { type Api, describeApi, ID } from './support.js'

const NO_ROOM = `You have ${MAX_BUNDLES} bundles, and nobody may have more; delete some first.`
const TOO_MANY_RELATED = `A patch is related to ${MAX_RELATED} others at most.`

/** Patches of Lamps besides those of the small world, lowest number first. */
async function addPatches({ db }: Api, count: number): Promise<number[]> {
  await copyRow(db, 'patches', 3, count)
  const rows = await db
    .selectFrom('patches')
    .select('id')
    .where('msgid', 'like', '<copy-%')
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** All rows that a refused request could have written. */
async function everything({ db }: Api): Promise<object> {
  return {
    bundles: await db.selectFrom('bundles').selectAll().orderBy('id').execute(),
    patches: await db.selectFrom('bundle_patches').selectAll().orderBy('patch_id').execute(),
    relations: await db.selectFrom('patch_relations').selectAll().orderBy('id').execute(),
    related: await db.selectFrom('patches').select(['id', 'relation_id', 'state_id']).orderBy('id').execute(),
    events: await db.selectFrom('events').select('id').orderBy('id').execute(),
  }
}

describeApi(
  'the quotas of bundles',
  (api) => {
    let ids: number[] = []
    let bundle = 0
    beforeAll(async () => {
      expect([MAX_BUNDLES, MAX_BUNDLE_PATCHES]).toEqual([1000, 2000])
      ids = await addPatches(api, MAX_BUNDLE_PATCHES + 1)
      bundle = await insertBundle(api.db, { owner_id: ID.ola, project_id: 1, name: 'own', public: true }, [1])
    })

    it('refuse more patches than one has, and write nothing', async () => {
      const before = await everything(api)
      const problem = { patches: [`Ensure this field has no more than ${MAX_BUNDLE_PATCHES} elements.`] }
      for (const request of ['POST /bundles/', `PUT /bundles/${bundle}/`, `PATCH /bundles/${bundle}/`]) {
        const { status, body } = await api.send(request, { name: 'large', patches: ids, public: true }, 'ola')
        expect([request, status, body]).toEqual([request, 400, problem])
      }
      expect(await everything(api)).toEqual(before)
    })

    it('let a bundle be filled, and its order be changed', async () => {
      const full = ids.slice(0, MAX_BUNDLE_PATCHES)
      for (const patches of [full, full.toReversed()]) {
        const { status } = await api.send(`PATCH /bundles/${bundle}/`, { patches }, 'ola')
        expect(status).toBe(200)
        expect(await listBundlePatchIds(api.db, bundle)).toEqual(patches)
      }
    })

    it('refuse one bundle more than a user may have, to that user only', async () => {
      const { id } = (await api.send('POST /bundles/', { name: 'first', patches: [1] }, 'una')).body
      await copyRow(api.db, 'bundles', id, MAX_BUNDLES - 2)
      expect((await api.send('POST /bundles/', { name: 'last', patches: [1] }, 'una')).status).toBe(201)
      const before = await everything(api)
      const { status, body } = await api.send('POST /bundles/', { name: 'beyond', patches: [1, 2] }, 'una')
      expect([status, body]).toEqual([400, { name: [NO_ROOM] }])
      expect(await everything(api)).toEqual(before)
      expect((await api.send('POST /bundles/', { name: 'beyond', patches: [1] }, 'ola')).status).toBe(201)
      expect((await api.send(`PATCH /bundles/${id}/`, { name: 'renamed' }, 'una')).status).toBe(200)
      expect((await api.send(`DELETE /bundles/${id}/`, undefined, 'una')).status).toBe(204)
      expect((await api.send('POST /bundles/', { name: 'beyond', patches: [1] }, 'una')).status).toBe(201)
    })
  },
  'suite',
)

describeApi(
  'the quota of a relation',
  (api) => {
    let ids: number[] = []
    const relate = (patch: number, related: number[], more = {}) =>
      api.send(`PATCH /patches/${patch}/`, { ...more, related }, 'mira')
    const relationEvents = async () =>
      (
        await api.db
          .selectFrom('events')
          .select('id')
          .where('category', '=', 'patch-relation-changed')
          .execute()
      ).length

    beforeAll(async () => {
      expect(MAX_RELATED).toBe(500)
      ids = await addPatches(api, MAX_RELATED + 1)
    })

    it('refuses more patches at once, and changes nothing else of the same request', async () => {
      const before = await everything(api)
      const { status, body } = await relate(1, ids, { state: 'accepted' })
      expect([status, body]).toEqual([
        400,
        { related: [`Ensure this field has no more than ${MAX_RELATED} elements.`] },
      ])
      expect(await everything(api)).toEqual(before)
    })

    it('lets a relation be filled, with an event for each of its patches', async () => {
      const { status, body } = await relate(1, ids.slice(0, MAX_RELATED))
      expect(status).toBe(200)
      expect(body.related).toHaveLength(MAX_RELATED)
      expect(await relationEvents()).toBe(MAX_RELATED + 1)
    })

    it('refuses one patch more, from either side, and tells nobody', async () => {
      const [last = 0] = ids.slice(-1)
      const before = await everything(api)
      for (const [patch, related] of [
        [1, [2]],
        [ids[7] ?? 0, [last]],
        [2, [1]],
        [last, ids.slice(0, 3)],
      ] as const) {
        const { status, body } = await relate(patch, [...related], { state: 'accepted' })
        expect([status, body]).toEqual([400, { related: [TOO_MANY_RELATED] }])
      }
      expect(await everything(api)).toEqual(before)
      // What is related already may be named again.
      expect((await relate(1, ids.slice(0, 3))).status).toBe(200)
      expect(await relationEvents()).toBe(MAX_RELATED + 1)
    })

    it('has room again once a patch has left, which is one event', async () => {
      expect((await relate(1, [])).status).toBe(200)
      expect(await relationEvents()).toBe(MAX_RELATED + 2)
      expect((await relate(2, ids.slice(0, 1))).status).toBe(200)
      expect(await relationEvents()).toBe(MAX_RELATED + 3)
    })
  },
  'suite',
)

describeApi('a bundle that is larger than the quota', (api) => {
  it('as older versions allowed, is changed, shown and deleted', async () => {
    const ids = await addPatches(api, MAX_BUNDLE_PATCHES + 5)
    const id = await insertBundle(api.db, { owner_id: ID.ola, project_id: 1, name: 'old', public: false }, [])
    const rows = ids.map((patch_id, index) => ({ bundle_id: id, patch_id, position: index + 1 }))
    await insertRows(api.db, 'bundle_patches', rows)
    const { status, body } = await api.send(`PATCH /bundles/${id}/`, { name: 'older' }, 'ola')
    expect(status).toBe(200)
    expect(body.patches).toHaveLength(ids.length)
    expect((await api.send(`DELETE /bundles/${id}/`, undefined, 'ola')).status).toBe(204)
  })
})
