import { expect, it } from 'vitest'
import { describeApi } from './support.js'

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
      expect((await api.get('/api/1.4/states/')).body).toEqual(body)
    })

    it('are not there before 1.4, and not in the index', async () => {
      expect((await api.get('/api/1.3/states/')).status).toBe(404)
      expect(Object.keys((await api.get('/')).body)).toHaveLength(8)
      expect((await api.send('POST /states/', {}, 'mira')).status).toBe(405)
    })
  },
  'suite',
)
