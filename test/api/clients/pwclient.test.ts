import { expect, it } from 'vitest'
import { type Demo, describeDemo, MIRA } from '../../support/demo.js'
import { listAll } from '../../support/pwclient.js'

/**
 * The requests of pwclient's REST backend (github.com/getpatchwork/pwclient, pwclient/api.py): no version in the
 * address, user name and password, JSON.
 */
function pwclient(demo: Demo) {
  const basic = Buffer.from(`${MIRA.username}:${MIRA.password}`).toString('base64')
  const headers = { 'User-Agent': 'pwclient (2.6.0)', Authorization: `Basic ${basic}` }
  const send = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${demo.server}/api${path}`, {
      method,
      headers: body ? { ...headers, 'Content-Type': 'application/json' } : headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    return response.status === 404 ? {} : await response.json()
  }
  return {
    send,
    get: (path: string) => send('GET', path),
    /** The text of a patch and the name of its file, which it takes from the header without looking for quotes. */
    async mbox(id: number): Promise<{ text: string; name: string }> {
      const response = await fetch((await send('GET', `/patches/${id}/`)).mbox, { headers })
      const [, name = ''] = /filename=(.+)/.exec(response.headers.get('content-disposition') ?? '') ?? []
      return { text: await response.text(), name: name.slice(0, -'.patch'.length) }
    },
  }
}

describeDemo('pwclient', (demo) => {
  it.each<[string, Record<string, string>, number]>([
    ['/patches/', {}, 42],
    ['/patches/', { project: 'lanterna', archived: 'False', order: 'date,-id', per_page: '7' }, 42],
    ['/patches/', { state: 'new', submitter: 'lukasz@zuraw.example.com', per_page: '1' }, 0],
    ['/events/', { since: '2020-01-01' }, 0],
    ['/projects/', {}, 1],
  ])('lists all of %s with %o', async (path, parameters, least) => {
    const { rows, pages } = await listAll(demo.server, path, parameters)
    const total = Number(
      (await fetch(`${demo.server}/api${path}?${new URLSearchParams(parameters)}`)).headers.get(
        'x-total-count',
      ),
    )
    expect(rows).toHaveLength(total)
    expect(total).toBeGreaterThanOrEqual(least)
    expect(new Set(rows.map(({ id }) => id)).size).toBe(total)
    expect(pages).toBe(Math.max(1, Math.ceil(total / Number(parameters.per_page ?? 30))))
  })

  it('lists projects, people and patches', async () => {
    const { get } = pwclient(demo)
    expect(await get('/projects/')).toMatchObject([{ id: 1, link_name: 'lanterna', name: 'Lanterna' }])
    expect(await get('/projects/1/')).toMatchObject({ link_name: 'lanterna' })
    const people = await get('/people/')
    expect(people[0]).toMatchObject({ id: 1, name: 'Mira Keeper', user: { username: 'mira' } })
    expect(await get('/people/1/')).toEqual(people[0])
    const patches = await get('/patches/?state=new&project=lanterna')
    expect(patches).toHaveLength(30)
    expect(patches[0]).toMatchObject({
      id: 1,
      date: expect.any(String),
      msgid: '<dim-v1-1@lanterna.example.org>',
      project: { id: 1, name: 'Lanterna' },
      state: 'new',
      archived: false,
      submitter: { id: expect.any(Number), name: 'Łukasz Żuraw', email: 'lukasz@zuraw.example.com' },
      delegate: null,
      commit_ref: null,
      hash: expect.stringMatching(/^[0-9a-f]{40}$/),
    })
  })

  it('finds a patch by its hash, within a project and without', async () => {
    const { get } = pwclient(demo)
    const { hash, diff } = await get('/patches/1/')
    expect(diff).toMatch(/^diff --git/)
    for (const query of [`hash=${hash}`, `project=lanterna&hash=${hash}`])
      expect(await get(`/patches/?${query}`)).toMatchObject([{ id: 1 }])
    expect(await get(`/patches/?project=other&hash=${hash}`)).toHaveProperty('project')
    expect(await get(`/patches/?project=lanterna&hash=${'0'.repeat(40)}`)).toEqual([])
    expect(await get('/patches/999/')).toEqual({})
  })

  it('fetches a patch', async () => {
    const { text, name } = await pwclient(demo).mbox(1)
    expect(name).toBe('1-3-lamp-add-a-level-of-brightness')
    expect(text).toContain('Subject: [PATCH 1/3] lamp: add a level of brightness\n')
  })

  it('updates a patch', async () => {
    const { send, get } = pwclient(demo)
    const change = { state: 'under-review', commit_ref: 'abc', archived: true }
    expect(await send('PATCH', '/patches/2/', change)).toMatchObject(change)
    expect(await send('PATCH', '/patches/2/', { archived: false })).toMatchObject({
      ...change,
      archived: false,
    })
    expect(await get('/patches/?state=under-review')).toMatchObject([{ id: 2 }])
  })

  it('posts checks and reads them', async () => {
    const { send, get } = pwclient(demo)
    const said = { context: 'build', state: 'success' }
    // What is not said it sends as blanks, which are null here.
    const { id } = await send('POST', '/patches/3/checks/', { ...said, target_url: '', description: '' })
    expect(await get(`/patches/3/checks/${id}/`)).toMatchObject({
      ...said,
      id,
      target_url: null,
      description: null,
      user: { username: 'mira' },
    })
    expect(await get('/patches/3/checks/?user=mira')).toMatchObject([{ id }])
    expect(await get('/patches/3/checks/?user=ola')).toHaveProperty('user')
  })
})
