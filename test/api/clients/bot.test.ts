import { beforeAll, expect, it } from 'vitest'
import { addChecker } from '../../../src/domain/projects/checker-commands.js'
import { createToken } from '../../../src/domain/tokens/commands.js'
import { describeDemo, NOW } from '../../support/demo.js'

// oxlint-disable-next-line typescript/no-explicit-any -- what came is what the test is about
type Json = any

function pathOf(url: string): string {
  return new URL(url).pathname
}

/**
 * A bot account with one token that may post checks and nothing else: the requests of deployed bots, as their public
 * sources make them. What they write besides checks, such as states, is refused to it.
 */
describeDemo('a bot with one token for checks', (demo) => {
  let [id, token] = [0, '']

  beforeAll(async () => {
    const actor = {
      id: null,
      name: 'root',
      way: 'command line',
      time: NOW.toISOString().slice(0, 19),
    } as const
    const bot = {
      username: 'test-bot',
      ...(await addChecker(demo.db, actor, { id: 1 }, { bot: 'test-bot' })),
    }
    const limits = { projects: [1], contexts: null, expires: null }
    const made = await createToken(demo.db, actor, bot, { name: 'ci', scopes: ['checks'], ...limits })
    ;[id, token] = [bot.id, made.secret]
  })

  const send = async (method: string, path: string, body?: string | URLSearchParams, type?: string) => {
    const headers = { Authorization: `Token ${token}`, ...(type ? { 'Content-Type': type } : {}) }
    const response = await fetch(demo.server + path, { method, headers, ...(body ? { body } : {}) })
    const text = await response.text()
    const parsed: Json = /^[{[]/.test(text) ? JSON.parse(text) : text
    return {
      status: response.status,
      body: parsed,
    }
  }
  const json = (method: string, path: string, fields: object) =>
    send(method, path, JSON.stringify(fields), 'application/json')
  const form = (method: string, path: string, fields: Record<string, string>) =>
    send(method, path, new URLSearchParams(fields))
  const CHECK = { target_url: 'https://ci.example.org/1', description: 'Logs' }

  it('is sashiko: finds a patch by its message id, without the angle brackets, and posts as JSON', async () => {
    const { msgid } = (await send('GET', '/api/patches/1/')).body
    const found = await send('GET', `/api/1.2/patches/?msgid=${msgid.slice(1, -1)}`)
    expect(found.body).toMatchObject([{ id: 1 }])
    expect(await send('GET', '/api/1.2/patches/?msgid=unknown@example.org')).toEqual({
      status: 200,
      body: [],
    })
    const posted = await json('POST', '/api/1.2/patches/1/checks/', {
      ...CHECK,
      state: 'warning',
      context: 'sashiko',
    })
    expect(posted).toMatchObject({
      status: 201,
      body: { context: 'sashiko', user: { username: 'test-bot' } },
    })
  })

  it('is the netdev bot: polls events, reads series and mails, and posts forms with its own number', async () => {
    const events = await send('GET', '/api/1.1/events/?project=1&category=series-completed&order=date&')
    const { series } = events.body[0].payload
    const { patches } = (await send('GET', `/api/1.1/series/${series.id}/`)).body
    expect((await send('GET', `/patch/${patches[0].id}/mbox/`)).body).toMatch(/^From patchwork /)
    const fields = { user: String(id), state: 'success', context: 'build_32bit', ...CHECK }
    expect((await form('POST', `/api/1.1/patches/${patches[0].id}/checks/`, fields)).status).toBe(201)
    // Without a number in its settings it sends a blank one.
    const unnamed = { ...fields, user: '', context: 'build_64bit' }
    expect((await form('POST', `/api/1.1/patches/${patches[0].id}/checks/`, unnamed)).status).toBe(201)
    expect((await form('PATCH', '/api/1.1/patches/1/', { state: 'accepted' })).status).toBe(403)
  })

  it('is the bpf bot: looks for the newest check of its context, and posts with fields of its own', async () => {
    const newest = '/api/1.2/patches/1/checks/?context=vmtest-bpf&order=-date&per_page=1'
    expect((await send('GET', newest)).body).toEqual([])
    const fields = { ...CHECK, context: 'vmtest-bpf', state: 'pending', status: 'completed', conclusion: 'x' }
    expect((await form('POST', '/api/1.2/patches/1/checks/', fields)).status).toBe(201)
    expect((await send('GET', newest)).body).toMatchObject([{ context: 'vmtest-bpf', state: 'pending' }])
    expect((await send('GET', '/api/1.2/series/?project=1&state=1&archived=false')).status).toBe(200)
  })

  it('is pw-ci: polls for series as they begin, and looks for requests to test again', async () => {
    const since = '2026-11-20%2007:30:00'
    const query = `category=series-created&project=lanterna&since=${since}`
    const events = (await send('GET', `/api/events/?${query}`)).body
    for (const { payload } of events.slice(0, 2))
      expect((await send('GET', `/api/series/${payload.series.id}/`)).body).toMatchObject({
        url: expect.any(String),
        submitter: { name: expect.any(String), email: expect.any(String) },
        received_all: expect.any(Boolean),
      })
    const states = 'state=new&state=rfc&state=under-review&archived=false&order=-id'
    const waiting = (await send('GET', `/api/series/?project=lanterna&${states}`)).body
    expect(waiting.length).toBeGreaterThan(1)
    const patch = (await send('GET', pathOf(waiting.at(-1).patches[0].url))).body
    expect(patch).toMatchObject({ state: 'new', series: [{ id: expect.any(Number) }] })
    for (const comment of (await send('GET', pathOf(patch.comments))).body)
      expect(comment).toMatchObject({ msgid: expect.any(String), content: expect.any(String) })
  })

  it('is pw-ci: reads the checks of a patch as one who posts JSON, and posts what is not there', async () => {
    const path = '/api/patches/1/checks/'
    expect((await send('GET', path, undefined, 'application/json')).status).toBe(200)
    const posted = await json('POST', path, {
      ...CHECK,
      state: 'fail',
      context: 'github-robot-_Build_and_Test',
    })
    expect(posted.status).toBe(201)
  })

  it('is snowpatch: reads the newest series, their last patch and its checks, and posts without an address', async () => {
    const newest = '/api/1.2/series?order=-id&per_page=250&project=lanterna'
    const [series] = (await send('GET', newest)).body
    const { id: patch } = series.patches.at(-1)
    expect((await send('GET', `/api/1.2/patches/${patch}`)).body).toMatchObject({ id: patch })
    const path = `/api/1.2/patches/${patch}/checks/`
    expect((await send('GET', path.slice(0, -1))).status).toBe(200)
    expect((await send('GET', path)).status).toBe(200)
    const fields = { state: 'success', target_url: null, description: null, context: 'github-build' }
    expect((await json('POST', path, fields)).status).toBe(201)
  })

  it('is refused all else, and what belongs to other projects', async () => {
    for (const [method, path, fields] of [
      ['PATCH', '/api/patches/1/', { state: 'accepted' }],
      ['PATCH', '/api/patches/1/', { delegate: null }],
      ['POST', '/api/bundles/', { name: 'x', patches: [1] }],
      ['PATCH', '/api/projects/1/', { web_url: '' }],
      ['PATCH', `/api/users/${id}/`, { first_name: 'x' }],
      ['POST', `/api/users/${id}/tokens/`, { name: 'x', scopes: ['checks'] }],
      ['POST', '/api/projects/1/checkers/', { bot: 'another' }],
    ] as const)
      expect([path, (await json(method, path, fields)).status]).toEqual([path, 403])
    for (const path of ['/api/users/', '/api/people/', `/api/users/${id}/tokens/`])
      expect([path, (await send('GET', path)).status]).toEqual([path, 403])
  })
})
