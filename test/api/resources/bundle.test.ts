import { expect, it } from 'vitest'
import { describeApi } from '../support.js'

describeApi('bundles', (api) => {
  const make = (body: object, as: 'mira' | 'una' = 'mira') => api.send('POST /bundles/', body, as)

  it('are made, changed and deleted by their owner', async () => {
    const made = await make({ name: 'next', patches: [3, 1], public: true })
    expect(made).toMatchObject({
      status: 201,
      body: { id: 1, name: 'next', owner: { username: 'mira' }, public: true, project: { id: 1 } },
    })
    expect(made.body.patches.map(({ id }: { id: number }) => id)).toEqual([1, 3])
    const order = await api.db.selectFrom('bundle_patches').select('patch_id').orderBy('position').execute()
    expect(order.map(({ patch_id }) => patch_id)).toEqual([3, 1])
    const changed = await api.send('PATCH /bundles/1/', 'name=later&patches=2&patches=1', 'mira')
    expect(changed).toMatchObject({ status: 200, body: { name: 'later', public: true } })
    expect(await api.send('DELETE /bundles/1/', undefined, 'una')).toMatchObject({ status: 403 })
    expect(await api.send('DELETE /bundles/1/', undefined, 'mira')).toMatchObject({ status: 204, body: '' })
    expect((await api.get('/bundles/1/')).status).toBe(404)
    expect((await api.get('/patches/1/')).status).toBe(200)
  })

  it('are there for nobody else while they are private', async () => {
    await make({ name: 'mine', patches: [1] })
    for (const as of [undefined, 'una'] as const) {
      expect((await api.get('/bundles/1/', as)).status).toBe(404)
      expect(await api.ids('/bundles/', as)).toEqual([])
      expect((await api.send('PATCH /bundles/1/', { public: true }, as)).status).toBe(404)
      expect((await api.send('DELETE /bundles/1/', undefined, as)).status).toBe(404)
    }
    expect(await api.ids('/bundles/', 'mira')).toEqual([1])
  })

  it.each([
    [{}, { name: ['This field is required.'], patches: ['This field is required.'] }],
    [{ name: '', patches: [] }, { name: ['This field may not be blank.'] }],
    [{ name: 'x', patches: [] }, { patches: ['Bundles cannot be empty'] }],
    [{ name: 'x', patches: [1, 4] }, { patches: ['Bundle patches must belong to the same project'] }],
    [{ name: 'x', patches: [99] }, { patches: ['Invalid pk "99" - object does not exist.'] }],
    [{ name: 'x'.repeat(51), patches: [1] }, { name: ['Ensure this field has no more than 50 characters.'] }],
    [{ name: 'a/b', patches: [1] }, { name: ['The name of a bundle has no slash in it.'] }],
    [{ name: 'next', patches: [1] }, { name: ['You have another bundle of this name.'] }],
  ])('say of %j what is wrong', async (bundle, body) => {
    await make({ name: 'next', patches: [2] })
    expect(await make(bundle)).toMatchObject({ status: 400, body })
    expect((await api.get('/bundles/', 'mira')).headers['x-total-count']).toBe('1')
  })

  it("of one name are each one's own", async () => {
    await make({ name: 'next', patches: [1], public: true })
    expect((await make({ name: 'next', patches: [1] }, 'una')).status).toBe(201)
    expect(await api.ids('/bundles/?owner=una', 'una')).toEqual([2])
    expect(await api.ids('/bundles/?owner=mira&public=true')).toEqual([1])
  })

  it('are only read in 1.1', async () => {
    expect(await api.send('POST /api/1.1/bundles/', { name: 'x', patches: [1] }, 'mira')).toMatchObject({
      status: 405,
    })
  })
})
