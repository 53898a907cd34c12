import { expect, it } from 'vitest'
import { describeApi, ID } from '../support.js'

describeApi(
  'a delegate',
  (api) => {
    const set = (request: string, delegate: unknown, more: object = {}) =>
      api.send(request, { delegate, ...more }, 'mira')
    const delegateOf = async (id: number) => (await api.get(`/patches/${id}/`)).body.delegate?.id ?? null

    it.each([
      ['mira', ID.mira],
      [null, null],
      ['MIRA', ID.mira],
      ['', null],
      ['Mira@Lanterna.example.org', ID.mira],
      [null, null],
      [` ${ID.mira} `, ID.mira],
    ])('is named as %j', async (name, id) => {
      expect((await set('PATCH /patches/1/', name)).status).toBe(200)
      expect(await delegateOf(1)).toBe(id)
    })

    it('is named so for a whole series and for many patches', async () => {
      expect((await set('PATCH /series/1/', 'mira')).status).toBe(200)
      expect([await delegateOf(1), await delegateOf(3)]).toEqual([ID.mira, ID.mira])
      expect((await set('PATCH /patches/', null, { ids: [1, 2, 3] })).status).toBe(200)
      expect((await set('PATCH /patches/', 'mira', { ids: [1, 2] })).status).toBe(200)
      expect([await delegateOf(2), await delegateOf(3)]).toEqual([ID.mira, null])
      expect((await set('PUT /patches/3/', 'mira', { state: 'new' })).status).toBe(200)
      const form = await api.send('PATCH /patches/3/', 'delegate=mira%40lanterna.example.org', 'mira')
      expect(form.body.delegate.id).toBe(ID.mira)
    })

    it.each([
      ['nemo', ['There is no user "nemo".']],
      ['nemo@example.org', ['There is no user "nemo@example.org".']],
      ['rolf', ["User 'rolf' is not a maintainer for project 'Lamps'"]],
      ['99', ['Invalid pk "99" - object does not exist.']],
      [['mira'], ['Incorrect type. Expected pk value, received list.']],
      ['a\0', ['Null characters are not allowed.']],
    ])('%j is refused with the name of the field', async (name, delegate) => {
      for (const request of ['PATCH /patches/1/', 'PATCH /series/1/'])
        expect(await set(request, name)).toMatchObject({ status: 400, body: { delegate } })
      expect(await set('PATCH /patches/', name, { ids: [1] })).toMatchObject({
        status: 400,
        body: { delegate },
      })
    })

    it('is a number alone before 1.4', async () => {
      expect(await set('PATCH /api/1.3/patches/1/', 'mira')).toMatchObject({
        status: 400,
        body: { delegate: ['Incorrect type. Expected pk value, received str.'] },
      })
    })
  },
  'suite',
)
