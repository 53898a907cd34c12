import { beforeAll, expect, it } from 'vitest'
import { describeApi, ID } from '../support.js'

describeApi(
  'changes',
  (api) => {
    const changes = async (query = '') => (await api.get(`/projects/lamps/changes/${query}`)).body

    beforeAll(async () => {
      await api.send('PATCH /patches/1/', { state: 'accepted', delegate: ID.mira }, 'ola')
      await api.send('PATCH /patches/', { ids: [1, 2, 3], archived: true }, 'mira')
      await api.send('PATCH /patches/4/', { state: 'rejected' }, 'rolf')
    })

    it('are listed for each project, the newest first', async () => {
      const [newest, oldest, ...others] = await changes()
      expect(others).toEqual([])
      expect(newest).toMatchObject({
        id: 2,
        url: 'https://pw.example.org/api/projects/1/changes/2/',
        date: '2026-10-05T12:00:00Z',
        actor: { username: 'mira' },
        via: 'API',
        rule: null,
        evidence: null,
        undoes: null,
        undo: 'https://pw.example.org/api/projects/1/changes/2/undo/',
        total: 3,
      })
      expect(newest.items[2]).toEqual({
        patch: 3,
        series: null,
        field: 'archived',
        from: false,
        to: true,
        undone: false,
      })
      expect(oldest.items).toEqual([
        { patch: 1, series: null, field: 'delegate', from: null, to: 'mira', undone: false },
        { patch: 1, series: null, field: 'state', from: 'new', to: 'accepted', undone: false },
      ])
    })

    it('are paged, and filtered by who made them', async () => {
      const { headers, body } = await api.get('/projects/1/changes/?per_page=1')
      expect(body).toHaveLength(1)
      expect(headers.link).toContain('page=2')
      expect(headers['x-total-count']).toBe('2')
      expect((await changes('?actor=ola')).map(({ id }: { id: number }) => id)).toEqual([1])
      expect(await changes('?actor=una')).toEqual([])
    })

    it('are in no older version', async () => {
      expect((await api.get('/api/1.3/projects/1/changes/')).status).toBe(404)
    })

    it('are undone as far as nobody changed them since, and the undo is undone', async () => {
      await api.send('PATCH /patches/2/', { archived: false }, 'mira')
      const { status, body } = await api.send('POST /projects/lamps/changes/2/undo/', {}, 'mira')
      expect(status).toBe(200)
      expect(body).toEqual({
        change: 5,
        undone: [1, 3].map((patch) => ({ patch, series: null, field: 'archived', from: false, to: true })),
        kept: [
          {
            patch: 2,
            series: null,
            field: 'archived',
            from: false,
            to: true,
            reason: 'It already has its earlier value.',
          },
        ],
      })
      expect(
        (await api.get('/projects/1/changes/2/')).body.items.map((item: { undone: boolean }) => item.undone),
      ).toEqual([true, false, true])
      expect((await api.get('/projects/1/changes/5/')).body).toMatchObject({ undoes: 2, total: 2 })
      expect(
        (await api.send('POST /projects/1/changes/5/undo/', undefined, 'mira')).body.undone,
      ).toHaveLength(2)
      expect((await api.get('/patches/1/')).body.archived).toBe(true)
    })

    it('are undone by those who made them, and by no others', async () => {
      expect((await api.send('POST /projects/1/changes/1/undo/', {})).status).toBe(403)
      expect((await api.send('POST /projects/1/changes/1/undo/', {}, 'una')).status).toBe(403)
      expect((await api.send('POST /projects/2/changes/1/undo/', {}, 'rolf')).status).toBe(404)
      expect((await api.get('/patches/1/')).body.state).toBe('accepted')
      const { body } = await api.send('POST /projects/1/changes/1/undo/', {}, 'ola')
      expect(body).toMatchObject({ undone: [{ field: 'delegate' }, { field: 'state' }], kept: [] })
      expect((await api.get('/patches/1/')).body).toMatchObject({ state: 'new', delegate: null })
    })

    it('name what was deleted since as null', async () => {
      await api.send('PATCH /patches/2/', { delegate: ID.mira }, 'mira')
      const [{ id }] = await changes()
      await api.db.updateTable('change_items').set({ after: 99 }).where('batch_id', '=', id).execute()
      const [{ items }] = await changes()
      expect(items).toMatchObject([{ from: null, to: null }])
    })
  },
  'suite',
)
