import { expect, it } from 'vitest'
import { ingest } from '../../../src/ingest/ingest.js'
import { addAccount } from '../../support/accounts.js'
import { mail } from '../../support/mail.js'
import { statementsOf, stopClock } from '../../support/statements.js'
import { describeApi, ID, tokenOf, type Who } from '../support.js'

stopClock()

describeApi(
  'the state of a series',
  (api) => {
    const list = (count: number) => api.get(`/series/?include=patch_state&per_page=${count}`)
    const series = async (query = '/series/1/') => (await api.get(query)).body

    it('is that of its patches, with the worst of their checks', async () => {
      expect(await series()).toMatchObject({ state: 'new', checks: 'pending' })
      expect((await series()).patches[1]).toMatchObject({ id: 2, state: 'new', check: 'pending', number: 2 })
      await api.send('POST /patches/1/checks/', { state: 'success' }, 'mira')
      expect(await series()).toMatchObject({ checks: 'success' })
      await api.send('POST /patches/2/checks/', { state: 'warning' }, 'mira')
      await api.send('PATCH /patches/2/', { state: 'under-review' }, 'mira')
      expect(await series()).toMatchObject({ state: 'mixed', checks: 'warning' })
      expect(
        (await series()).patches.map(({ state, check }: { state: string; check: string }) => [state, check]),
      ).toEqual([
        ['new', 'success'],
        ['under-review', 'warning'],
        ['new', 'pending'],
      ])
    })

    it('is in lists only where it is asked for, and in no older version', async () => {
      const [plain] = await series('/series/')
      for (const field of ['state', 'checks']) expect(plain).not.toHaveProperty(field)
      expect(plain.patches[0]).not.toHaveProperty('state')
      const [whole] = await series('/series/?include=patch_state')
      expect(await series()).toMatchObject(whole)
      for (const url of ['/api/1.3/series/1/', '/api/1.3/series/?include=patch_state&project=1']) {
        const body = [await series(url)].flat()[0]
        expect(body).not.toHaveProperty('state')
        expect(body.patches[0]).not.toHaveProperty('number')
      }
      expect(await api.get('/series/?include=state')).toMatchObject({
        status: 400,
        body: { include: ['Only patch_state can be included.'] },
      })
      expect((await api.get('/api/1.3/series/?include=state')).status).toBe(200)
    })

    it.each([
      ['state=new', [1, 2]],
      ['state=Under%20Review', [1]],
      ['state=accepted', []],
      ['state=accepted&state=under-review', [1]],
      ['state=deferred', []],
      ['state=new&project=ropes', [2]],
      ['delegate=mira', []],
      ['delegate=una', []],
    ])('is what lists are filtered by: %s', async (query, ids) => {
      expect(await api.ids(`/series/?${query}`)).toEqual(ids)
    })

    it('is changed with the delegate and the archive flag for all of its patches', async () => {
      const { status, body } = await api.send(
        'PATCH /series/1/',
        { state: 'accepted', delegate: ID.mira, archived: true },
        'mira',
      )
      expect(status).toBe(200)
      expect(body).toMatchObject({ id: 1, state: 'accepted' })
      expect((await api.get('/patches/3/')).body).toMatchObject({
        state: 'accepted',
        delegate: { id: ID.mira },
        archived: true,
      })
      expect(await api.ids('/series/?delegate=mira')).toEqual([1])
      const [change] = (await api.get('/projects/1/changes/')).body
      expect(change).toMatchObject({ total: 9, actor: { username: 'mira' } })
      const events = await api.get('/events/?series=1&category=patch-state-changed')
      expect(events.status).toBe(200)
      const undone = await api.send(`POST /projects/1/changes/${change.id}/undo/`, {}, 'mira')
      expect(undone.body.undone).toHaveLength(9)
      expect(await series()).toMatchObject({ state: 'mixed' })
    })

    it('is changed for all of them or for none', async () => {
      const before = await series()
      const dora = await addAccount(api.db, 'dora', { token: tokenOf('dora' as Who), maintains: [1] })
      await api.send('PATCH /patches/1/', { delegate: dora }, 'mira')
      await api.db.deleteFrom('maintainers').where('user_id', '=', dora).execute()
      const tried = await api.send('PATCH /series/1/', { state: 'rejected' }, 'dora' as Who)
      expect(tried.status).toBe(403)
      expect(await series()).toEqual(before)
      expect((await api.send('PATCH /patches/1/', { state: 'new' }, 'dora' as Who)).status).toBe(200)
      expect((await api.send('PATCH /series/1/', { state: 'nothing' }, 'mira')).status).toBe(400)
      expect((await api.send('PATCH /series/1/', { delegate: ID.rolf }, 'mira')).status).toBe(400)
      expect((await api.send('PATCH /series/1/', { state: 'nothing' }, 'una')).status).toBe(403)
      expect((await api.send('PATCH /series/99/', {}, 'mira')).status).toBe(404)
      expect((await api.send('PATCH /api/1.3/series/1/', {}, 'mira')).status).toBe(405)
      expect(await series()).toEqual(before)
    })

    it('takes as many statements for many series as for few', async () => {
      const now = { now: new Date('2026-10-05T12:00:00Z') }
      for (let number = 1; number <= 12; number++)
        await ingest(api.db, mail({ subject: `[PATCH] rope ${number}` }), now)
      await list(1)
      const one = (await statementsOf(() => list(2))).length
      const many = (await statementsOf(() => list(10))).length
      expect(many).toBe(one)
    })

    it('says nothing of a series without patches, which only its own people change', async () => {
      const now = { now: new Date('2026-10-05T12:00:00Z') }
      const body = 'No patch yet.\n'
      await ingest(api.db, mail({ subject: '[PATCH 0/9] nothing', body, from: 'N <n@x.org>' }), now)
      const [{ id }] = (await api.get('/series/?order=-id')).body
      expect(await series(`/series/${id}/`)).toMatchObject({ state: null, checks: 'pending', patches: [] })
      expect((await api.send(`PATCH /series/${id}/`, { state: 'new' }, 'una')).status).toBe(403)
      expect((await api.send(`PATCH /series/${id}/`, { state: 'new' }, 'mira')).status).toBe(200)
      expect((await api.send(`PATCH /series/${id}/`, { state: 'nothing' }, 'mira')).status).toBe(400)
    })
  },
  'suite',
)
