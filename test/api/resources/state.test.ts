import { expect, it } from 'vitest'
import { VERSIONS } from '../../../src/api/framework/versions.js'
import { describeApi } from '../support.js'

describeApi(
  'states',
  (api) => {
    it('are listed in their order', async () => {
      const { body } = await api.get('/states/')
      expect(body).toHaveLength(10)
      expect(body.slice(0, 3)).toEqual([
        { id: 1, slug: 'new', name: 'New', order: 0, action_required: true },
        { id: 2, slug: 'under-review', name: 'Under Review', order: 1, action_required: true },
        { id: 3, slug: 'accepted', name: 'Accepted', order: 2, action_required: false },
      ])
      for (const version of VERSIONS) expect((await api.get(`/api/${version}/states/`)).body).toEqual(body)
    })

    it('are not in the index, which deployed clients know', async () => {
      expect(Object.keys((await api.get('/')).body)).toHaveLength(8)
      expect((await api.send('POST /states/', {}, 'mira')).status).toBe(405)
    })
  },
  'suite',
)
