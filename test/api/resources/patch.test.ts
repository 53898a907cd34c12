import { expect, it } from 'vitest'
import { cachedProjects } from '../../../src/domain/projects/queries.js'
import { describeApi, ID } from '../support.js'

describeApi(
  'lists of patches',
  (api) => {
    it.each([
      ['action_required=true', [1, 2, 3, 4]],
      ['action_required=False', []],
      ['action_required=', [1, 2, 3, 4]],
      ['action_required=true&state=accepted', []],
      ['received_since=2026-10-05T12:00', [1, 2, 3, 4]],
      ['received_since=2026-10-05T12:00:01', []],
      ['received_since=2026-10-05T14:00%2B02:00', [1, 2, 3, 4]],
      ['received_since=', [1, 2, 3, 4]],
      ['msgid=2@x', [2]],
      ['msgid=%3C2@x%3E', [2]],
      ['msgid=%3C2@x', []],
      ['series=1&order=-id,-id,id', [3, 2, 1]],
      ['delegate=mira', []],
      ['per_page=0&project=2', [4]],
      ['per_page=-1&project=2', [4]],
      ['per_page=1&page=2', [2]],
    ])('are narrowed down by %s', async (query, ids) => {
      expect(await api.ids(`/patches/?${query}`)).toEqual(ids)
    })

    it.each([
      ['action_required=maybe', { action_required: ['Must be a valid boolean.'] }],
      [
        'received_since=yesterday',
        { received_since: ['A date, perhaps with a time, is required, such as 2026-11-23T10:00:00.'] },
      ],
    ])('say what is wrong with %s', async (query, body) => {
      expect(await api.get(`/patches/?${query}`)).toMatchObject({ status: 400, body })
    })

    it('say how many there are, and have at most 250 on a page', async () => {
      const { headers } = await api.get('/patches/?per_page=2&state=new')
      expect(headers['x-total-count']).toBe('4')
      expect((await api.get('/patches/?per_page=251')).headers['x-total-count']).toBe('4')
      expect((await api.get('/patches/?state=accepted')).headers['x-total-count']).toBe('0')
    })

    it.each(['0', '-1', '3', 'x', '99999999999'])('have no page %s', async (page) => {
      expect(await api.get(`/patches/?per_page=2&page=${page}`)).toMatchObject({
        status: 404,
        body: { detail: 'Invalid page.' },
      })
    })

    it('show nothing of what is new to older versions', async () => {
      const old = '/api/1.3/patches/'
      expect(await api.ids(`${old}?action_required=false&received_since=2027-01-01`)).toEqual([1, 2, 3, 4])
      expect(await api.ids(`${old}?action_required=maybe&received_since=x`)).toEqual([1, 2, 3, 4])
      expect(await api.ids(`${old}?msgid=%3C2@x%3E`)).toEqual([])
      expect((await api.get(old)).headers).toHaveProperty('x-total-count', '4')
      expect(await api.send(`PATCH ${old}`, { ids: [1] }, 'mira')).toMatchObject({
        status: 405,
        headers: { allow: 'GET, HEAD, OPTIONS' },
      })
    })
  },
  'suite',
)

describeApi('a change of many patches', (api) => {
  const statesOf = async () => (await api.get('/patches/')).body.map(({ state }: { state: string }) => state)
  const countEvents = async () => (await api.get('/events/')).headers['x-total-count']

  it('changes all that it names, each with its events', async () => {
    const { status, body } = await api.send(
      'PATCH /patches/',
      { ids: [3, 1, 3], state: 'Under Review' },
      'mira',
    )
    expect(status).toBe(200)
    expect(body).toMatchObject([
      { id: 3, state: 'under-review' },
      { id: 1, state: 'under-review' },
    ])
    expect(await statesOf()).toEqual(['under-review', 'new', 'under-review', 'new'])
    const events = (await api.get('/events/?category=patch-state-changed&order=id')).body
    expect(events).toMatchObject([
      { actor: { id: ID.mira }, payload: { patch: { id: 3 }, current_state: 'under-review' } },
      { actor: { id: ID.mira }, payload: { patch: { id: 1 }, current_state: 'under-review' } },
    ])
  })

  it('is to be had as a form, and sets all that it says', async () => {
    const form = `ids=1&ids=2&archived=True&delegate=${ID.mira}&commit_ref=abc`
    const { body } = await api.send('PATCH /patches/', form, 'mira')
    expect(body).toMatchObject(
      [1, 2].map((id) => ({ id, archived: true, commit_ref: 'abc', delegate: { id: ID.mira } })),
    )
  })

  it.each([
    ['of which one is not theirs', { ids: [1, 4], state: 'accepted' }, 403, { detail: expect.any(String) }],
    [
      'of which one does not exist',
      { ids: [1, 99], state: 'accepted' },
      400,
      { ids: ['Invalid pk "99" - object does not exist.'] },
    ],
    ['without any', { state: 'accepted' }, 400, { ids: ['This field is required.'] }],
    ['that are no list', { ids: 1 }, 400, { ids: ['Expected a list of items but got type "int".'] }],
    [
      'with several mistakes',
      { ids: [1, 'x'], state: 'lost', delegate: 77 },
      400,
      {
        ids: [expect.any(String)],
        state: [expect.stringMatching(/^Invalid state lost/)],
        delegate: ['Invalid pk "77" - object does not exist.'],
      },
    ],
    [
      'to somebody who does not maintain the project',
      { ids: [1, 2], state: 'accepted', delegate: ID.rolf },
      400,
      { delegate: ["User 'rolf' is not a maintainer for project 'Lamps'"] },
    ],
    [
      'of which there are too many',
      { ids: Array.from({ length: 501 }, (_, id) => id), state: 'accepted' },
      400,
      { ids: ['Ensure this field has no more than 500 elements.'] },
    ],
  ])('%s changes none', async (_, change, status, body) => {
    const before = await countEvents()
    expect(await api.send('PATCH /patches/', change, 'mira')).toMatchObject({ status, body })
    expect(await statesOf()).toEqual(['new', 'new', 'new', 'new'])
    expect(await countEvents()).toBe(before)
  })

  it('is for those who have logged in', async () => {
    expect(await api.send('PATCH /patches/', { ids: [1], state: 'accepted' })).toMatchObject({
      status: 403,
      body: { detail: 'Authentication credentials were not provided.' },
    })
  })
})

describeApi('a change of a patch', (api) => {
  it.each([
    ['its slug', 'under-review'],
    ['its name', 'Under Review'],
    ['its number', 2],
    ['its number as a text', '2'],
  ])('takes a state by %s', async (_, state) => {
    expect((await api.send('PATCH /patches/1/', { state }, 'mira')).body.state).toBe('under-review')
  })

  it('sets what it says and leaves the rest', async () => {
    const { body } = await api.send(
      'PATCH /patches/1/',
      'archived=True&commit_ref=abc&pull_url=https%3A%2F%2Fgit.example.org%2Fx&unknown=1',
      'ola',
    )
    expect(body).toMatchObject({
      state: 'new',
      archived: true,
      commit_ref: 'abc',
      pull_url: 'https://git.example.org/x',
      delegate: null,
    })
    const blank = (await api.send('PATCH /patches/1/', { commit_ref: null, pull_url: '' }, 'ola')).body
    expect(blank).toMatchObject({ archived: true, commit_ref: null, pull_url: null })
  })

  it('says of all fields at once what is wrong', async () => {
    const wrong = {
      state: 'lost',
      delegate: 99,
      archived: 'x',
      commit_ref: 'a'.repeat(256),
      pull_url: 'x',
      related: 1,
    }
    const { status, body } = await api.send('PATCH /patches/1/', wrong, 'mira')
    expect(status).toBe(400)
    expect(Object.keys(body)).toEqual(['state', 'delegate', 'archived', 'commit_ref', 'pull_url', 'related'])
    expect((await api.send('PUT /patches/1/', {}, 'mira')).body).toEqual({
      state: ['This field is required.'],
      delegate: ['This field is required.'],
    })
  })

  it('is all or nothing, its relation too', async () => {
    await api.send('PATCH /patches/1/', { related: [2] }, 'mira')
    const refused = await api.send('PATCH /patches/3/', { state: 'accepted', related: [4] }, 'mira')
    expect(refused.status).toBe(403)
    expect((await api.get('/patches/3/')).body).toMatchObject({ state: 'new', related: [] })
  })

  it('adds relations, and dissolves them', async () => {
    const relatedTo = async (id: number) =>
      (await api.get(`/patches/${id}/`)).body.related.map((patch: { id: number }) => patch.id)
    await api.send('PATCH /patches/1/', { related: [2] }, 'mira')
    await api.send('PATCH /patches/2/', { related: [3] }, 'mira')
    expect(await relatedTo(1)).toEqual([2, 3])
    await api.send('PATCH /patches/3/', { related: [] }, 'mira')
    expect(await relatedTo(1)).toEqual([2])
    const events = (await api.get('/events/?category=patch-relation-changed&order=id')).body
    expect(events.map((event: { actor: object | null }) => event.actor !== null)).toEqual(
      [false, true, false, true, true].slice(0, events.length),
    )
  })

  it('queues a letter to its submitter where the project sends any', async () => {
    const pending = () => api.db.selectFrom('pending_notifications').selectAll().execute()
    await api.send('PATCH /patches/1/', { state: 'accepted' }, 'mira')
    expect(await pending()).toEqual([])
    await api.db.updateTable('projects').set({ send_notifications: 1 }).execute()
    // A command would do so.
    cachedProjects.forget(api.db)
    await api.send('PATCH /patches/', { ids: [2, 4], state: 'accepted' }, 'mira')
    expect(await pending()).toEqual([])
    await api.send('PATCH /patches/', { ids: [2, 3], state: 'accepted' }, 'mira')
    await api.send('PATCH /patches/3/', { archived: true }, 'mira')
    api.setNow('2026-10-05T12:05:00')
    await api.send('PATCH /patches/3/', { state: 'rfc' }, 'mira')
    expect(await pending()).toEqual([
      { patch_id: 2, orig_state_id: 1, last_modified: '2026-10-05T12:00:00.000000' },
      { patch_id: 3, orig_state_id: 1, last_modified: '2026-10-05T12:05:00.000000' },
    ])
    await api.send('PATCH /patches/3/', { state: 'new' }, 'mira')
    expect((await pending()).map(({ patch_id }) => patch_id)).toEqual([2])
  })
})

describeApi('the texts of one mail', (api) => {
  it.each([100, 256 * 1024, 300_000])('are whole, %i characters long', async (length) => {
    const content = 'x'.repeat(length)
    await api.db.updateTable('patch_texts').set({ content, diff: null }).where('patch_id', '=', 1).execute()
    await api.db.updateTable('cover_texts').set({ content }).where('cover_id', '=', 1).execute()
    const patch = (await api.get('/patches/1/')).body
    expect([patch.id, patch.content === content, patch.diff]).toEqual([1, true, null])
    expect(patch.headers.Subject).toContain('lamp 1')
    const cover = (await api.get('/covers/1/')).body
    expect([cover.id, cover.content === content]).toEqual([1, true])
    expect(cover.headers.Subject).toContain('lamps')
  })
})
