import { expect, it } from 'vitest'
import { describeApi, ID } from '../support.js'

describeApi('checks', (api) => {
  const totals = () =>
    api.db
      .selectFrom('checks')
      .select(({ fn }) => fn.countAll().as('n'))
      .executeTakeFirst()

  it('are posted, shown and listed', async () => {
    const posted = await api.send(
      'POST /patches/1/checks/',
      {
        state: 'success',
        context: 'ci-build',
        target_url: 'https://ci.example.org/1',
        description: 'Built.',
      },
      'mira',
    )
    expect(posted).toMatchObject({
      status: 201,
      body: {
        id: 1,
        url: 'https://pw.example.org/api/patches/1/checks/1/',
        user: { id: ID.mira },
        date: '2026-10-05T12:00:00Z',
        state: 'success',
        context: 'ci-build',
        target_url: 'https://ci.example.org/1',
        description: 'Built.',
      },
    })
    expect((await api.get('/patches/1/checks/1/')).body).toEqual(posted.body)
    expect((await api.get('/patches/1/checks/')).body).toEqual([posted.body])
    expect((await api.get('/patches/2/checks/1/')).status).toBe(404)
    expect((await api.get('/patches/99/checks/')).status).toBe(404)
  })

  it('are posted as forms, with fields that mean nothing here', async () => {
    const { status, body } = await api.send(
      'POST /patches/1/checks/',
      'state=2&context=x&description=&target_url=&desc=y',
      'mira',
    )
    expect(status).toBe(201)
    expect(body).toMatchObject({ state: 'warning', context: 'x', target_url: null, description: null })
    expect((await api.send('POST /patches/1/checks/', 'state=fail', 'mira')).body.context).toBe('default')
  })

  it.each([
    [{}, { state: ['A check must have a state.'] }],
    [{ state: 'great' }, { state: ['"great" is not a valid choice.'] }],
    [{ state: 4 }, { state: ['"4" is not a valid choice.'] }],
    [{ state: ['fail'] }, { state: ['"list" is not a valid choice.'] }],
    [
      { state: 'fail', context: 'a b', target_url: 'x' },
      {
        context: ['Enter a valid "slug" consisting of letters, numbers, underscores or hyphens.'],
        target_url: ['Enter a valid URL.'],
      },
    ],
    [{ state: 'fail', user: 99 }, { user: ['Invalid pk "99" - object does not exist.'] }],
  ])('say of %j what is wrong', async (check, body) => {
    expect(await api.send('POST /patches/1/checks/', check, 'mira')).toMatchObject({ status: 400, body })
    expect(await totals()).toEqual({ n: 0 })
  })

  const post = (state: string, context: string) =>
    api.send('POST /patches/1/checks/', { state, context }, 'mira')
  const combined = async () => (await api.get('/patches/1/')).body.check

  it('of a patch come to the worst of the newest', async () => {
    expect(await combined()).toBe('pending')
    await post('success', 'a')
    expect(await combined()).toBe('success')
    await post('fail', 'b')
    expect(await combined()).toBe('fail')
    await post('success', 'b')
    expect(await combined()).toBe('success')
    await post('warning', 'a')
    expect(await combined()).toBe('warning')
  })

  it('of a whole series are posted at once, or not at all', async () => {
    const { status, body } = await api.send(
      'POST /series/1/checks/',
      { state: 'pending', context: 'ci' },
      'mira',
    )
    expect(status).toBe(201)
    expect(body.map(({ url }: { url: string }) => url)).toEqual(
      [1, 2, 3].map((id) => `https://pw.example.org/api/patches/${id}/checks/${id}/`),
    )
    const events = (await api.get('/events/?category=check-created&order=id')).body
    expect(events).toMatchObject(
      [1, 2, 3].map((id) => ({ actor: { id: ID.mira }, payload: { patch: { id }, check: { id } } })),
    )
    expect(await api.send('POST /series/1/checks/', { state: 'x' }, 'mira')).toMatchObject({
      status: 400,
      body: { state: ['"x" is not a valid choice.'] },
    })
    expect((await api.send('POST /series/1/checks/', { state: 'fail' }, 'rolf')).status).toBe(403)
    expect((await api.send('POST /series/1/checks/', { state: 'fail' })).status).toBe(403)
    expect((await api.send('POST /series/99/checks/', { state: 'fail' }, 'mira')).status).toBe(404)
    // Delegated one patch of three: not to the series.
    await api.db.updateTable('patches').set({ delegate_id: ID.una }).where('id', '=', 2).execute()
    expect((await api.send('POST /patches/2/checks/', { state: 'success' }, 'una')).status).toBe(201)
    expect((await api.send('POST /series/1/checks/', { state: 'fail' }, 'una')).status).toBe(403)
    expect(await totals()).toEqual({ n: 4 })
    expect((await api.send('POST /api/1.3/series/1/checks/', { state: 'fail' }, 'mira')).status).toBe(404)
  })

  it('are listed by who posted them, what they test and what came out', async () => {
    await api.send('POST /patches/1/checks/', { state: 'fail', context: 'a' }, 'mira')
    await api.send('POST /patches/1/checks/', { state: 'success', context: 'b' }, 'ola')
    const url = '/patches/1/checks/'
    expect(await api.ids(`${url}?user=ola`)).toEqual([2])
    expect(await api.ids(`${url}?context=a`)).toEqual([1])
    expect(await api.ids(`${url}?state=success`)).toEqual([2])
    expect(await api.ids(`${url}?state=3`)).toEqual([1])
    expect(await api.ids(`${url}?state=pending`)).toEqual([])
    expect(await api.ids(`/api/1.3${url}?state=great`)).toEqual([])
  })
})
